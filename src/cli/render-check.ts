import { styleText } from 'node:util';
import { type DescribedImage, describeImage } from '../inspection/describe-image.ts';
import { fileName, type InspectedImage, type InspectedServer, listed } from '../inspection/inspected-image.ts';
import type { Finding, Severity } from '../lib/finding.ts';
import { officialExtension } from '../manifests/official-extensions.ts';
import type { CheckResult } from './check-command.ts';
import { printable, textTable } from './text-table.ts';

/** One image in the answer of `check -o json`. */
interface CheckedImage extends DescribedImage {
  readonly name: string;
  readonly path: string;
  /** What the official image of this name has to be in shared_preload_libraries for. */
  readonly preload: readonly string[];
  readonly findings: readonly Finding[];
}

export function renderCheck(result: CheckResult, format: 'text' | 'json', hasColours: boolean): string {
  const { server } = result.inspection;
  const images = result.subjects.flatMap((subject) => {
    const { name } = subject.extension;
    const image = result.inspection.images.find(({ observed }) => observed.mountPath === subject.mountPath);
    return image === undefined ? [] : [checkedImage(image, subject.extension.image.reference ?? '', name, result)];
  });
  if (format === 'json') {
    return `${JSON.stringify({ server: server === undefined ? null : describeServer(server), images }, undefined, 2)}\n`;
  }
  const lines = [
    server === undefined
      ? 'There is no PostgreSQL here to compare with: give --bin-dir. What the libraries need was not looked at.'
      : `For ${server.path}${server.magic === undefined ? '' : `, PostgreSQL ${server.magic.major}`}`,
    '',
    ...textTable(['IMAGE', 'RESULT', 'EXTENSIONS', 'PRELOAD', 'MODULES'], images.map(row)).map((line, index) => {
      const image = images[index - 1];
      return image === undefined ? line : coloured(line, worstOf(image.findings), hasColours);
    }),
  ];
  for (const { name, findings } of images) {
    for (const { severity, reason, message } of findings) {
      lines.push('', `${coloured(`${severity}: ${name}`, severity, hasColours)}: ${reason}`, `  ${printable(message)}`);
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

function describeServer({ path, magic, loader }: InspectedServer): object {
  return { path, major: magic?.major ?? null, abi: magic?.abi ?? null, libc: loader.libc };
}

function checkedImage(image: InspectedImage, reference: string, name: string, result: CheckResult): CheckedImage {
  return {
    name,
    path: image.observed.mountPath,
    ...describeImage(image, result.inspection.files),
    preload: officialExtension(name, reference)?.sharedPreloadLibraries ?? [],
    findings: result.findings.filter(({ subject }) => subject === `extension/${name}`),
  };
}

const mostInRow = 3;

function row({ name, extensions, preload, modules, findings }: CheckedImage): readonly string[] {
  const cell = (names: readonly string[]): string => listed(names, mostInRow) || '-';
  return [
    name,
    resultOf(findings),
    cell(extensions.map((one) => `${one.name} ${one.defaultVersion ?? '-'}`)),
    cell(preload),
    cell(modules.map(({ file }) => fileName(file))),
  ];
}

function resultOf(findings: readonly Finding[]): string {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  const words = (['error', 'warning'] as const).flatMap((severity) => {
    const found = count(severity);
    return found === 0 ? [] : [`${found} ${severity}${found === 1 ? '' : 's'}`];
  });
  return words.join(', ') || 'ok';
}

function worstOf(findings: readonly Finding[]): Severity | 'ok' {
  return (
    (['error', 'warning', 'info'] as const).find((one) => findings.some(({ severity }) => severity === one)) ?? 'ok'
  );
}

const colours = { error: 'red', warning: 'yellow', info: 'cyan', ok: 'green' } as const;

function coloured(text: string, severity: Severity | 'ok', hasColours: boolean): string {
  return hasColours ? styleText(colours[severity], text, { validateStream: false }) : text;
}
