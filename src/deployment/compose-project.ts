import { sha256 } from '../lib/sha256.ts';
import { composeBytes, composeLimits } from './compose-limits.ts';
import type { DeployedInstance } from './deployed-instance.ts';
import { expandVariables } from './deployed-variables.ts';
import { configurationFolder, dataFolder, extensionFolder, managerFolder, managerProgram } from './places.ts';

/** A project for Docker 28 with Compose 2.35, or newer: https://docs.docker.com/reference/compose-file/ */
export interface ComposeProject {
  readonly name: string;
  readonly services: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
  readonly volumes: Readonly<Record<string, null>>;
}

/** The project of one instance. */
export function renderComposeProject(instance: DeployedInstance): ComposeProject {
  const files = Object.entries(instance.configuration);
  return {
    name: instance.name,
    services: { postgres: renderService(instance, files) },
    configs: Object.fromEntries(files.map(([, text], index) => [configName(index), { content: literal(text) }])),
    volumes: { data: null },
  };
}

function renderService(instance: DeployedInstance, files: readonly (readonly [string, string])[]): unknown {
  const { image, extensions, env, initdbArguments, resources } = instance;
  return {
    image: literal(image.reference),
    ...(image.pullPolicy !== undefined && { pull_policy: composePullPolicy[image.pullPolicy] }),
    // `up` compares services, not the contents of configs: https://github.com/docker/compose/issues/11900
    labels: { 'pg-instance-manager.configuration': digest(files) },
    entrypoint: [managerProgram(managerFolder), 'run'],
    environment: {
      LANG: 'C.UTF-8',
      POSTGRES_PASSWORD: variable('POSTGRES_PASSWORD', 'change-me'),
      ...(initdbArguments !== '' && { POSTGRES_INITDB_ARGS: literal(initdbArguments) }),
      ...Object.fromEntries(expandVariables(env).map(({ name, value }) => [name, literal(value)])),
    },
    configs: files.map(([name], index) => ({
      source: configName(index),
      target: `${configurationFolder}/${name}`,
    })),
    ports: [`127.0.0.1:${variable('POSTGRES_PORT', '5432')}:5432`, `127.0.0.1:${variable('STATUS_PORT', '8000')}:8000`],
    volumes: [
      { type: 'volume', source: 'data', target: dataFolder },
      imageVolume(instance.managerImage, managerFolder, managerFolder.slice(1)),
      ...extensions.map(({ name, image: { reference } }) => imageVolume(reference, extensionFolder(name))),
    ],
    // Writable for the user of any image.
    tmpfs: ['/run/postgresql:mode=1777', '/tmp'],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    // Parallel queries share memory there; the default is 64 MB.
    shm_size: composeBytes(instance.sharedMemory) ?? '256mb',
    // More than --shutdown-budget, which is 60 s.
    stop_grace_period: '90s',
    healthcheck: {
      test: ['CMD', managerProgram(managerFolder), 'health'],
      interval: '10s',
      timeout: '5s',
      retries: 3,
      start_period: '10m',
      start_interval: '1s',
    },
    ...(resources?.limits !== undefined && composeLimits(resources.limits)),
    restart: 'unless-stopped',
  };
}

function imageVolume(source: string, target: string, subpath?: string): unknown {
  return { type: 'image', source: literal(source), target, ...(subpath !== undefined && { image: { subpath } }) };
}

const composePullPolicy = { Always: 'always', Never: 'never', IfNotPresent: 'missing' } as const;

// Two files may differ in nothing but what such a name cannot have.
function configName(index: number): string {
  return index === 0 ? 'configuration' : `configuration-${index + 1}`;
}

function digest(files: readonly (readonly [string, string])[]): string {
  return sha256(JSON.stringify(files));
}

/** A variable of the environment of Compose, or of a file .env beside the project. */
function variable(name: string, otherwise: string): string {
  return `\${${name}:-${otherwise}}`;
}

/** Compose replaces variables in every text. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}
