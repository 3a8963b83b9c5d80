import { faultTest } from '../harness/fault-test.ts';
import { woundedConfiguration } from '../harness/wounded-configuration.ts';

faultTest(
  woundedConfiguration({
    name: 'A configuration file that is cut off in the middle changes nothing, says where, and works again when it is whole',
    says: /instance\.yaml:\d+:\d+: .*found .*expected/,
    wound: ({ place }) => place.writeConfiguration('parameters: { work_mem: 11MB,\n  maintenance_work'),
    heal: ({ place }, text) => place.writeConfiguration(text),
  }),
);
