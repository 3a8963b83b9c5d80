import { faultTest } from '../harness/fault-test.ts';
import { refusedParameters } from '../harness/refused-parameters.ts';

faultTest(
  refusedParameters({
    name: 'A value that PostgreSQL does not take is named and not put in force, and PostgreSQL starts all the same',
    parameters: 'max_connections: 8 bananas',
    says: /settings that follow from the configuration could not be put in force.*invalid value for parameter .{1,2}max_connections/,
  }),
);
