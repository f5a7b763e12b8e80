import {request as httpRequest, type RequestOptions} from 'node:http';
import {type Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {parseJson} from './json.js';

/** What names an engine: `unix://PATH` or `tcp://HOST:PORT`, as in DOCKER_HOST. */
export type EngineAddress = {dockerHost: string};

function addressOptions({dockerHost}: EngineAddress): RequestOptions {
	const url = new URL(dockerHost);
	return url.protocol === 'unix:'
		? {socketPath: url.pathname}
		: {host: url.hostname, port: url.port};
}

export type Answer = {status: number; text: string};

/**
Calls an engine's HTTP API.
@param engine - The engine.
@param method - The HTTP method.
@param path - The path with its query, without an API version.
@param body - What to send, if anything: an archive, or JSON as text.
@returns The status code and the whole answer.
*/
export async function callEngine(
	engine: EngineAddress,
	method: string,
	path: string,
	body?: Readable | string,
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const headers =
			body === undefined
				? {}
				: {
						'content-type':
							typeof body === 'string'
								? 'application/json'
								: 'application/x-tar',
					};
		const call = httpRequest(
			{...addressOptions(engine), method, path, headers, agent: false},
			answer => {
				let text = '';
				answer.setEncoding('utf8');
				answer.on('data', (chunk: string) => {
					text += chunk;
				});
				answer.on('error', reject);
				answer.on('end', () => {
					resolve({status: answer.statusCode ?? 0, text});
				});
			},
		);
		call.on('error', reject);
		if (body === undefined || typeof body === 'string') {
			call.end(body);
		} else {
			pipeline(body, call).catch(reject);
		}
	});
}

/**
Reads JSON from an engine's HTTP API.
@param engine - The engine.
@param path - The path with its query.
@returns The parsed answer.
@throws {Error} with the engine's words when it refuses.
*/
export async function getJson<T>(
	engine: EngineAddress,
	path: string,
): Promise<T> {
	const {status, text} = await callEngine(engine, 'GET', path);
	if (status !== 200) {
		throw new Error(`GET ${path} answered ${status}: ${text}`);
	}

	return parseJson<T>(text);
}
