import { faultTest } from '../harness/fault-test.ts';
import { refusedParameters } from '../harness/refused-parameters.ts';

faultTest(
  refusedParameters({
    name: 'A parameter that PostgreSQL does not know is named and not put in force, and PostgreSQL starts all the same',
    parameters: 'wrok_mem: 6MB',
    says: /settings that follow from the configuration could not be put in force.*unrecognized configuration parameter .{1,2}wrok_mem/,
  }),
);
