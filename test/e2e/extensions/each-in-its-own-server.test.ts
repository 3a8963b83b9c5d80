import { describe, expect, test } from 'vitest';
import { startContainer } from '../support/container.ts';
import { extensionImage } from '../support/images.ts';
import { configurationFor, imagesFor, officialExtensions } from '../support/official-extensions.ts';
import { functionalChecks } from './functional-checks.ts';

describe('a server with one extension, and what that requires', () => {
  test.each(officialExtensions)('%s', async (name) => {
    await using container = await startContainer({
      extensions: Object.fromEntries(imagesFor([name]).map((needed) => [needed, extensionImage(needed)])),
      configuration: configurationFor([name]),
    });
    const { findings, phase } = await container.ready();
    expect({ findings: findings.filter(({ severity }) => severity !== 'info'), phase }).toEqual({
      findings: [],
      phase: 'Running',
    });
    for (const [, prove] of functionalChecks[name]) await prove(container);
  });
});
