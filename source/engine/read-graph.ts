import type {Buffer} from 'node:buffer';
import {basename} from 'node:path';
import {readStageGraph} from '../dockerfile/stage-graph.js';
import type {GraphOptions, StageGraph} from '../dockerfile/types.js';
import {UsageError} from '../errors.js';
import {describeBinary} from '../text/file-kind.js';
import {readSmallFile, unreadableReason} from './context/small-file.js';
import type {BuildRequest, EngineDescription} from './port.js';

/**
@param request - What to build.
@param engine - `platform` is the engine's own.
@returns Our own reading of its Dockerfile.
@throws {UsageError} There is no such file.
@throws {DockerfileError} It can't be read.
*/
export async function readGraph(
	request: BuildRequest,
	engine: Pick<EngineDescription, 'platform' | 'automaticArguments'>,
): Promise<StageGraph> {
	return graphOf(await readSource(request), request, engine);
}

/**
@param source - The text of the Dockerfile.
@param request - What to build.
@param options - What is known of the engine; `imageTriggers` is what is known of the ONBUILD triggers of base images, by
the index of the stage.
@throws {DockerfileError} It can't be read.
*/
export function graphOf(
	source: string,
	request: BuildRequest,
	{
		platform,
		automaticArguments,
		imageTriggers,
	}: Pick<EngineDescription, 'platform' | 'automaticArguments'> &
		Pick<GraphOptions, 'imageTriggers'>,
): StageGraph {
	return readStageGraph(source, {
		filename: request.dockerfileName,
		buildArguments: request.buildArguments,
		namedContexts: Object.keys(request.settings?.contexts ?? {}),
		target: request.target,
		...(automaticArguments && {automaticArguments}),
		...(imageTriggers && {imageTriggers}),
		buildPlatform: platform,
		targetPlatform: request.platform ?? platform,
	});
}

async function readSource({
	dockerfile,
	dockerfileName,
}: BuildRequest): Promise<string> {
	let text: Buffer;
	try {
		text = await readSmallFile(dockerfile);
	} catch (error) {
		throw new UsageError(
			`${dockerfileName} can't be read: ${unreadableReason(error)}. Name the Dockerfile with -f, or run mstage in the folder of ${basename(dockerfile)}.`,
			{cause: error},
		);
	}

	const fault = describeBinary(text);
	if (fault !== null) {
		throw new UsageError(`${dockerfileName} ${fault}`);
	}

	return text.toString('utf8');
}
