import {Buffer} from 'node:buffer';
import type {BuildFiles} from '../../debugger/points/build-files.js';
import type {Point} from '../../engine/port.js';
import type {
	LayerAccount,
	StoredFile,
} from '../../filesystem/provenance/layers.js';
import {comparePaths} from '../../filesystem/tree/entry.js';
import type {BytePath} from '../../text/byte-path.js';
import {SecretSearch, type SecretValue, isSecretName} from './secret-search.js';

/** A secret as it was given, without its value. */
export type SecretSource = Pick<SecretValue, 'kind' | 'name'>;

/** A secret that whoever has the image can read. */
export type ExposedSecret =
	/** A file holds its value. */
	| {
			readonly kind: 'file';
			readonly secret: SecretSource;
			readonly path: BytePath;
			readonly file: StoredFile;
	  }
	/** The image's configuration, or the history of its instructions, has it. */
	| {
			readonly kind: 'configuration';
			readonly secret: SecretSource;
			readonly where: 'environment' | 'labels' | 'history' | 'configuration';
	  }
	/** A variable whose name says that it is one, whatever it was given as. */
	| {readonly kind: 'variable'; readonly name: string};

/** What was found of secrets in an image, and how far it was looked for. */
export type ExposedSecrets = {
	readonly found: readonly ExposedSecret[];

	/** Those that are too short to be looked for. */
	readonly tooShort: readonly SecretSource[];

	/** Files that weren't looked into: they are too large. */
	readonly unread: {readonly files: number; readonly bytes: number};
};

/** What is larger isn't looked into, in bytes: secrets are in small files. */
const largestFile = 8 * 1024 * 1024;

/** How much is looked into in all, in bytes, the small files first. */
const mostBytes = 256 * 1024 * 1024;

/**
Looks for the values of the build's secrets in what its final image has besides its base image: in its files, in those of its lower
layers, and in its configuration.

@param account - Of the final image's own layers.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function findExposedSecrets(
	build: BuildFiles,
	account: LayerAccount,
	signal: AbortSignal,
): Promise<ExposedSecrets> {
	const search = new SecretSearch(secretsOf(build));
	const {files, unread} = search.isEmpty
		? {files: [], unread: {files: 0, bytes: 0}}
		: chosenFiles(account);
	return {
		found: [
			...(await inConfiguration(build, search)),
			...(await inFiles(build, search, {account, files, signal})),
		],
		tooShort: search.tooShort,
		unread,
	};
}

/** Those of `--secret`, and the build arguments whose names say what they are. */
function secretsOf(build: BuildFiles): readonly SecretValue[] {
	return [
		...build
			.secrets()
			.map(({id, value}): SecretValue => ({kind: 'secret', name: id, value})),
		...Object.entries(build.buildArguments)
			.filter(([name]) => isSecretName(name))
			.map(([name, value]): SecretValue => ({
				kind: 'build argument',
				name,
				value: Buffer.from(value),
			})),
	];
}

async function inConfiguration(
	build: BuildFiles,
	search: SecretSearch,
): Promise<readonly ExposedSecret[]> {
	const image = await build.finalImage();
	if (image === null) {
		return [];
	}

	const places = {
		environment: image.environment.join('\n'),
		labels: Object.values(image.labels).join('\n'),
		history: image.history.join('\n'),
		configuration: image.rest,
	};
	const byValue = Object.entries(places).flatMap(([where, text]) =>
		search.inText(text).map(({kind, name}) => ({
			kind: 'configuration' as const,
			secret: {kind, name},
			where: where as keyof typeof places,
		})),
	);
	// A short value is found by its name.
	const byName = Object.entries(build.buildArguments)
		.filter(
			([name, value]) =>
				value !== '' &&
				isSecretName(name) &&
				!byValue.some(
					({secret, where}) =>
						where === 'history' &&
						secret.kind === 'build argument' &&
						secret.name === name,
				) &&
				image.history.some(
					text =>
						/^(?:RUN )?\|\d/v.test(text) && text.includes(` ${name}=${value}`),
				),
		)
		.map(([name]) => ({
			kind: 'configuration' as const,
			secret: {kind: 'build argument' as const, name},
			where: 'history' as const,
		}));
	return [
		...byValue,
		...byName,
		...ownVariables(build, image.environment, byValue),
	];
}

/** What the base image set is its own affair. */
function ownVariables(
	{program}: BuildFiles,
	environment: readonly string[],
	known: readonly ExposedSecret[],
): readonly ExposedSecret[] {
	const ofBases = new Set(
		program.stages.flatMap(({baseConfiguration}) =>
			(baseConfiguration?.environment ?? []).map(pair => pair.join('=')),
		),
	);
	const isKnown = known.some(
		one => one.kind === 'configuration' && one.where === 'environment',
	);
	return environment.flatMap(text => {
		const [name = '', value = ''] = text.split(/=(.*)/sv);
		return isSecretName(name) && value !== '' && !ofBases.has(text) && !isKnown
			? [{kind: 'variable' as const, name}]
			: [];
	});
}

type Chosen = {
	readonly files: readonly StoredFile[];
	readonly unread: ExposedSecrets['unread'];
};

function chosenFiles({files}: LayerAccount): Chosen {
	const chosen: StoredFile[] = [];
	let read = 0;
	let unread = {files: 0, bytes: 0};
	for (const file of files.toSorted((a, b) => a.bytes - b.bytes)) {
		if (file.bytes > largestFile || read + file.bytes > mostBytes) {
			unread = {files: unread.files + 1, bytes: unread.bytes + file.bytes};
		} else if (file.bytes > 0) {
			chosen.push(file);
			read += file.bytes;
		}
	}

	return {files: chosen, unread};
}

/** Files of one filesystem are read in one transfer: what is to be seen in the final image, and else what each step left. */
async function inFiles(
	build: BuildFiles,
	search: SecretSearch,
	{
		account,
		files,
		signal,
	}: {
		readonly account: LayerAccount;
		readonly files: readonly StoredFile[];
		readonly signal: AbortSignal;
	},
): Promise<readonly ExposedSecret[]> {
	const places = new Map<number | 'final', Map<BytePath, StoredFile>>();
	for (const file of files) {
		const visible = file.names.find(name => account.visible.get(name) === file);
		const key = visible === undefined ? file.step : 'final';
		const place = places.get(key) ?? new Map<BytePath, StoredFile>();
		places.set(key, place.set(visible ?? file.names[0]!, file));
	}

	const found: ExposedSecret[] = [];
	for (const [key, wanted] of places) {
		const point: Point =
			key === 'final' ? {kind: 'final'} : {kind: 'after', step: key};
		/* eslint-disable no-await-in-loop -- one transfer after the other */
		const snapshot = await build.snapshot(point);
		const paths = [...wanted.keys()].toSorted(comparePaths);
		for await (const {path, chunks} of snapshot.readFiles(paths, signal)) {
			for (const {kind, name} of await search.inContents(chunks)) {
				found.push({
					kind: 'file',
					secret: {kind, name},
					path,
					file: wanted.get(path)!,
				});
			}
		}
		/* eslint-enable no-await-in-loop */
	}

	return found;
}
