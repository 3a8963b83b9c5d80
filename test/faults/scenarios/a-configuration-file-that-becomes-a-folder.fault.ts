import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { faultTest } from '../harness/fault-test.ts';
import { woundedConfiguration } from '../harness/wounded-configuration.ts';

faultTest(
  woundedConfiguration({
    name: 'A configuration file in whose place a folder appears changes nothing, says so, and works again when it is a file',
    says: /instance\.yaml: found a folder, expected a file/,
    wound: ({ place }) => {
      const file = join(place.configurationDirectory, 'instance.yaml');
      rmSync(file);
      mkdirSync(file);
    },
    heal: ({ place }, text) => {
      rmSync(join(place.configurationDirectory, 'instance.yaml'), { recursive: true });
      place.writeConfiguration(text);
    },
  }),
);
