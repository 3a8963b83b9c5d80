import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The C libraries whose loaders are asked, by the compiler that makes programs for them. */
export const compilers = { glibc: 'gcc', musl: 'musl-gcc' } as const;

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}

/** Runs a compiler on a C source that lies beside what it makes. */
export function compile(target: string, source: string, flags: readonly string[], compiler = 'gcc'): void {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(`${target}.c`, source);
  execFileSync(compiler, ['-o', target, `${target}.c`, ...flags], { stdio: 'pipe' });
}

/** A library that needs others, which are given by their paths; of no C library, so that each can load it. */
export function compileLibrary(target: string, needed: readonly string[], flags: readonly string[] = []): void {
  const name = target.replace(/.*\//, '').replace(/\W/g, '_');
  const links = needed.flatMap((path) => [path.includes('/') ? path : `-l:${path}`]);
  compile(target, `int ${name}(void) { return 1; }`, [
    '-shared',
    '-nostdlib',
    '-fPIC',
    '-Wl,--no-as-needed',
    ...flags,
    ...links,
  ]);
}

/** Opens the library that it is given, and prints what that has loaded, or the error. */
const openerSource = `
  #define _GNU_SOURCE
  #include <dlfcn.h>
  #include <link.h>
  #include <stdio.h>
  static int before, seen;
  static int count(struct dl_phdr_info *info, size_t size, void *data) { before++; return 0; }
  static int tell(struct dl_phdr_info *info, size_t size, void *data) {
    if (seen++ >= before) printf("loaded %s\\n", info->dlpi_name);
    return 0;
  }
  int main(int count_, char **arguments) {
    dl_iterate_phdr(count, 0);
    if (dlopen(arguments[1], RTLD_LAZY | RTLD_GLOBAL) == 0) printf("error %s\\n", dlerror());
    else dl_iterate_phdr(tell, 0);
    return 0;
  }`;

export function compileOpener(target: string, libc: keyof typeof compilers, flags: readonly string[] = []): void {
  compile(target, openerSource, [...flags, ...(libc === 'glibc' ? ['-ldl'] : [])], compilers[libc]);
}

/** What a real loader did: the paths in the order of loading, or what it said. */
export type Opened = { readonly loaded: readonly string[] } | { readonly error: string };

export function open(opener: string, library: string, ldLibraryPath: readonly string[]): Opened {
  const env = ldLibraryPath.length === 0 ? {} : { LD_LIBRARY_PATH: ldLibraryPath.join(':') };
  const told = execFileSync(opener, [library], { env, encoding: 'utf8', cwd: '/' });
  const error = /^error (.*)$/m.exec(told)?.[1];
  if (error !== undefined) return { error };
  return { loaded: [...told.matchAll(/^loaded (.*)$/gm)].map(([, path = '']) => path) };
}
