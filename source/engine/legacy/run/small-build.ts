import type {LegacyDocker} from '../client/docker.js';
import {EngineRefusal} from '../client/engine-refusal.js';
import {JsonLines} from '../client/json-lines.js';
import type {ContextTar} from './context-tar.js';
import type {BuildQuery} from './build-query.js';

/**
Builds something of our own.

@param options - `labels`: what the image gets besides.
@returns The id of the image.
@throws {EngineRefusal} The builder can't.
*/
export async function buildImage(
	docker: LegacyDocker,
	{stream, dockerfile}: ContextTar,
	{
		platform,
		...rest
	}: Pick<BuildQuery, 'platform' | 'labels' | 'references'> = {},
): Promise<string> {
	const answer = await docker.build(
		stream,
		{
			dockerfile,
			platform,
			...rest,
			buildargs: {},
			nocache: false,
			cachefrom: [],
		},
		new AbortController().signal,
	);
	const lines = new JsonLines();
	let image: string | undefined;
	for await (const chunk of answer as AsyncIterable<Uint8Array>) {
		for (const raw of lines.push(chunk)) {
			const {aux, error} = raw as {
				readonly aux?: {readonly ID?: string};
				readonly error?: string;
			};
			if (error !== undefined) {
				throw new EngineRefusal(error, 500);
			}

			image = aux?.ID ?? image;
		}
	}

	return image!;
}
