import {createServer, type RequestListener} from 'node:http';
import {networkInterfaces} from 'node:os';
import {onTestFinished} from 'vitest';

/**
@param answer - What is done with a request; the server ends with the test.
@returns Its address, as engines of this machine reach it: `http://10.0.0.2:4711`.
*/
export async function serve(answer: RequestListener): Promise<string> {
	const server = createServer(answer);
	await new Promise<void>(resolve => {
		server.listen(0, '0.0.0.0', resolve);
	});
	onTestFinished(() => {
		server.close();
	});
	const host = Object.values(networkInterfaces())
		.flat()
		.find(one => one?.family === 'IPv4' && !one.internal)!.address;
	const {port} = server.address() as {readonly port: number};
	return `http://${host}:${port}`;
}
