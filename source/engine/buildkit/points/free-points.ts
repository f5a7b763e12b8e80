import {create} from '@bufbuild/protobuf';
import {readImageConfiguration} from '../../../dockerfile/variables/image-configuration.js';
import type {Snapshot} from '../../port.js';
import {fileDefinition} from '../program/configuration.js';
import type {ContainerHost} from '../shell/container.js';
import {type LoadedDefinition, readDefinition} from '../program/definition.js';
import {platformOf} from '../program/made-files.js';
import {
	fullReference,
	imageDefinition,
	sourceDefinition,
} from '../program/free-sources.js';
import type {Gateway} from '../connect/gateway.js';
import {MetaSchema} from '../proto/generated/ops_pb.js';
import {ContainerSnapshot} from './snapshot.js';

/** How operations name the build context that a session serves (moby/buildkit frontend/dockerui/config.go). */
const contextIdentifier = 'local://context';

/** What such an operation leaves out of the context: JSON, a list of patterns (moby/buildkit solver/pb/attr.go). */
const excludePatterns = 'local.excludepatterns';

/**
@param name - An image as FROM names it; it is fetched when the engine doesn't have it.
@param platform - As `--platform` spells it.
@returns The image, and for its shells its environment, folder, user and SHELL.
@throws {UsageError} No image can have this name.
@throws {ConnectError} There is no such image.
*/
export async function imageSnapshot(
	host: ContainerHost,
	name: string,
	platform: string,
): Promise<Snapshot> {
	const {gateway} = host;
	const reference = await gateway.evaluate(imageDefinition(name, platform));
	const {Config: bytes} = await gateway.bridge.resolveImageConfig(
		{Ref: fullReference(name), Platform: platformOf(platform)},
		gateway.callOptions,
	);
	const {environment, user, workingDirectory, shell} = readImageConfiguration(
		JSON.parse(new TextDecoder().decode(bytes)),
	);
	const meta = create(MetaSchema, {
		env: environment.map(([variable, value]) => `${variable}=${value}`),
		user,
		cwd: workingDirectory,
	});
	return ContainerSnapshot.ofResult(host, reference, meta, {
		stageShell: shell,
		platform: platformOf(platform),
	});
}

/**
@param loaded - The build, which may read the context.
@param options - FrontendOpt of the build.
@returns The whole build context, without what the .dockerignore names: also what no COPY reads.
*/
export async function contextSnapshot(
	host: ContainerHost,
	loaded: LoadedDefinition,
	options: Readonly<Record<string, string>>,
): Promise<Snapshot> {
	const {gateway, toolbox} = host;
	const patterns =
		excludesIn(loaded) ?? (await excludesOfNext(gateway, options));
	const definition = sourceDefinition(
		contextIdentifier,
		patterns === '' ? {} : {[excludePatterns]: patterns},
		toolbox.platform,
		'the build context',
	);
	return ContainerSnapshot.ofResult(
		host,
		await gateway.evaluate(definition),
		create(MetaSchema, {cwd: '/'}),
	);
}

/** What the frontend leaves out; `undefined` when nothing of the build reads the context. */
function excludesIn({vertices}: LoadedDefinition): string | undefined {
	for (const {op} of vertices.values()) {
		if (
			op.op.case === 'source' &&
			op.op.value.identifier === contextIdentifier
		) {
			return op.op.value.attrs[excludePatterns] ?? '';
		}
	}

	return undefined;
}

/** What it would leave out of the context for another Dockerfile, one that reads it. */
async function excludesOfNext(
	gateway: Gateway,
	{target: _, ...options}: Readonly<Record<string, string>>,
): Promise<string> {
	const result = await gateway.load(
		{...options, filename: 'Dockerfile'},
		{
			inputs: {
				dockerfile: fileDefinition('Dockerfile', 'FROM scratch\nCOPY . /\n'),
			},
		},
	);
	const definition =
		result.result.case === 'ref' ? result.result.value.def : undefined;
	return excludesIn(readDefinition(definition)) ?? '';
}
