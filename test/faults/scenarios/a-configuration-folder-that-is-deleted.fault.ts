import { mkdirSync, rmSync } from 'node:fs';
import { faultTest } from '../harness/fault-test.ts';
import { woundedConfiguration } from '../harness/wounded-configuration.ts';

faultTest(
  woundedConfiguration({
    name: 'A configuration folder that is deleted changes nothing, says so, and is followed again when it is back',
    says: /config: found nothing, expected a YAML or JSON file/,
    start: { flags: ['--resync-interval', '1s'] },
    wound: ({ place }) => rmSync(place.configurationDirectory, { recursive: true }),
    heal: ({ place }, text) => {
      mkdirSync(place.configurationDirectory);
      place.writeConfiguration(text);
    },
  }),
);
