import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { findEngine } from '../e2e/support/engine.ts';
import { breakages, filesOf } from './breakages.ts';
import { compare } from './compare.ts';
import {
  fetchBeside,
  fetchImage,
  imageName,
  keepManager,
  listPackages,
  makeCluster,
  surveyInContainer,
  type Workshop,
} from './images.ts';
import { renderSummary, renderTable, type SurveyedImage } from './report.ts';
import type { ScenarioResult } from './survey-types.ts';

// `npm run survey [-- flags]`: what `check` says of the extensions of a distribution beside what PostgreSQL says.
const { values: flags } = parseArgs({
  options: {
    base: { type: 'string', default: 'pgim-e2e/base:18' },
    folder: { type: 'string', default: '/tmp/survey' },
    only: { type: 'string', multiple: true, default: [] },
    kind: { type: 'string', default: 'all' },
    dist: { type: 'string' },
    'check-only': { type: 'boolean', default: false },
  },
});
/** Images of which broken copies are made: those with libraries of the system, and plain ones. */
const toBreak = [
  ...['http', 'h3', 'pgsphere', 'pg-pwhash', 'pgmemcache', 'pllua'],
  ...['hll', 'ip4r', 'semver', 'prefix', 'orafce', 'rum', 'tdigest'],
];
const atOnce = { fetch: 3, survey: Math.max(2, Math.min(4, cpus().length)) };
const start = Date.now();

const engine = await findEngine();
if (engine.kind === 'absent') {
  console.log(`survey skipped: ${engine.why}`);
} else {
  const workshop: Workshop = { engine: engine.command, base: flags.base, folder: flags.folder };
  const wanted = (name: string): boolean =>
    flags.only.length === 0 || flags.only.some((one) => name === one || name.startsWith(`${one}-`));
  const packages = (await listPackages(workshop)).filter(
    (name) => wanted(imageName(name)) || (flags.kind !== 'whole' && toBreak.includes(imageName(name))),
  );
  await inTurns(packages, atOnce.fetch, (name) => fetchImage(workshop, name));
  await makeCluster(workshop);
  keepManager(workshop, flags.dist);
  const surveyed: SurveyedImage[] = [];
  if (flags.kind !== 'broken')
    surveyed.push(
      ...(await surveyWhole(
        workshop,
        packages.filter((name) => wanted(imageName(name))),
      )),
    );
  if (flags.kind !== 'whole') surveyed.push(...(await surveyBroken(workshop, wanted)));
  writeFileSync(`${flags.folder}/results.json`, JSON.stringify(surveyed, undefined, 1));
  console.log(renderTable(surveyed));
  console.log(renderSummary(surveyed, Date.now() - start));
  process.exitCode = surveyed.some(({ rows }) => rows.some(({ verdict }) => isWrong(verdict.agreement))) ? 1 : 0;
}

function isWrong(agreement: string): boolean {
  return agreement === 'miss' || agreement === 'false alarm';
}

async function surveyWhole(workshop: Workshop, packages: readonly string[]): Promise<readonly SurveyedImage[]> {
  const folderOf = (image: string): string => `${workshop.folder}/images/${image}`;
  const prepared: { readonly image: string; readonly beside: readonly string[] }[] = [];
  for (const name of packages) {
    const image = imageName(name);
    prepared.push({ image, beside: await fetchBeside(workshop, image) });
  }
  return await inTurns(prepared, atOnce.survey, ({ image, beside }) =>
    survey(workshop, 'whole', image, beside, folderOf),
  );
}

/** Each mistake in copies of two images, by turns. */
async function surveyBroken(workshop: Workshop, wanted: (name: string) => boolean): Promise<readonly SurveyedImage[]> {
  const broken = `${workshop.folder}/broken`;
  rmSync(broken, { recursive: true, force: true });
  const all = breakages.flatMap((breakage, index) => {
    const needsSystem = /system|soname|library-of-server/.test(breakage.name);
    const among = toBreak.filter((image) => !needsSystem || existsSync(`${workshop.folder}/images/${image}/system`));
    return [0, 1].map((turn) => ({ breakage, of: among[(2 * index + turn) % among.length] ?? 'hll' }));
  });
  const chosen = all.filter(({ breakage, of }) => wanted(breakage.name) || wanted(of));
  return await inTurns(chosen, atOnce.survey, async ({ breakage, of }) => {
    const image = `${of}-${breakage.name}`;
    const folder = `${broken}/${image}`;
    mkdirSync(broken, { recursive: true });
    cpSync(`${workshop.folder}/images/${of}`, folder, { recursive: true, verbatimSymlinks: true });
    const files = filesOf(folder);
    breakage.apply(files);
    const beside = `${image}-other`;
    breakage.beside?.(files, `${broken}/${beside}`);
    const besides = breakage.beside === undefined ? [] : [beside];
    return await survey(workshop, breakage.name, image, besides, (name) => `${broken}/${name}`);
  });
}

async function survey(
  workshop: Workshop,
  kind: string,
  image: string,
  beside: readonly string[],
  folderOf: (image: string) => string,
): Promise<SurveyedImage> {
  const remembered = `${workshop.folder}/truths/${image}.json`;
  const known = flags['check-only'] && existsSync(remembered) ? readResults(readFileSync(remembered, 'utf8')) : [];
  const answer = await surveyInContainer(workshop, image, beside, folderOf, known);
  mkdirSync(`${workshop.folder}/truths`, { recursive: true });
  writeFileSync(remembered, answer);
  const rows = readResults(answer).map((result) => ({
    result,
    verdict: compare(result),
  }));
  const said = rows.map(({ result, verdict }) => `${result.scenario}: ${verdict.agreement}`);
  console.error(`${((Date.now() - start) / 1000).toFixed(0)} s  ${image}  ${said.join(', ')}`);
  return { kind, image, beside, rows };
}

function readResults(text: string): readonly ScenarioResult[] {
  return JSON.parse(text) as readonly ScenarioResult[];
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}
