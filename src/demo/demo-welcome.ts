import { type DemoAddress, type DemoArguments, defaultDemoPort } from './demo-arguments.ts';

/** What a person reads when the demo starts: what runs where, and what to try. */
export function renderDemoWelcome(demo: DemoArguments, postgresVersion: string): string {
  const port = String(demo.postgres.port);
  const sql = `${port === defaultDemoPort ? '' : `PGPORT=${port} `}npm run sql`;
  const status = urlOf(demo.status);
  return `
pg-instance-manager runs PostgreSQL ${postgresVersion} with four extension images.

  PostgreSQL      127.0.0.1:${port}, user postgres, no password from this machine
  Status          ${status}/status
  Metrics         ${urlOf(demo.metrics)}/metrics
  Configuration   ${demo.configuration}
  Extensions      ${demo.extensionsFolder}

Try in another terminal:

  ${sql} -- 'CREATE EXTENSION "uuid-ossp"' 'SELECT uuid_generate_v4()'
  ${sql} -- 'CREATE EXTENSION earthdistance CASCADE'
  ${sql}
  curl ${status}/readyz
  curl ${status}/status
  curl ${urlOf(demo.metrics)}/metrics

Edit the configuration while it runs; /status says when a change needs a restart, and this does it:

  npx pg-instance-manager restart --run-dir ${demo.runFolder}

Ctrl-C stops it. The data stays for the next npm start.

`;
}

function urlOf(address: DemoAddress | undefined): string {
  if (address === undefined) {
    return 'http://HOST:PORT';
  }
  // An address that stands for every interface is not one that a client can ask everywhere.
  const host = address.host === '0.0.0.0' ? '127.0.0.1' : address.host === '::' ? '::1' : address.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}
