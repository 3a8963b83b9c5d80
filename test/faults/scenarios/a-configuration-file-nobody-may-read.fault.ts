import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { faultTest } from '../harness/fault-test.ts';
import { woundedConfiguration } from '../harness/wounded-configuration.ts';

faultTest(
  woundedConfiguration({
    name: 'A configuration file that may not be read any more changes nothing, says so, and works again when it may',
    says: /instance\.yaml: found no permission to read it, expected a readable file/,
    wound: ({ place }) => chmodSync(join(place.configurationDirectory, 'instance.yaml'), 0),
    heal: ({ place }, text) => place.writeConfiguration(text),
  }),
);
