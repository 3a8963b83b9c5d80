import { expect, it } from 'vitest';
import { renderSqlMessage } from '../../../src/demo/sql-message-text.ts';

it('shows an error with its SQLSTATE, detail and hint', () => {
  const error = { severity: 'ERROR', code: '42704', message: 'no such thing', detail: 'Looked.', hint: 'Look again.' };
  expect(renderSqlMessage(error)).toBe('ERROR:  42704: no such thing\nDETAIL:  Looked.\nHINT:  Look again.\n');
});

it('shows a notice without a SQLSTATE that says nothing', () => {
  expect(renderSqlMessage({ severity: 'NOTICE', code: '00000', message: 'installing "cube"' })).toBe(
    'NOTICE:  installing "cube"\n',
  );
});
