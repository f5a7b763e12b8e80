import {isDiskFull} from '../../disk-full.js';
import {
	DockerfileError,
	MstageError,
	UsageError,
	exitCodes,
	toError,
} from '../../../errors.js';
import {meantStage} from '../../../dockerfile/stage-graph.js';
import type {StageGraph} from '../../../dockerfile/types.js';
import type {BuildRequest} from '../../port.js';
import {explainImage} from '../../failure-words.js';
import type {BuildkitConnection} from '../connect/connection.js';
import {readFailure} from '../run/error-details.js';

type LoadContext = {
	readonly connection: BuildkitConnection;
	readonly request: BuildRequest;
	readonly graph: StageGraph;
	readonly transferError: () => Error | undefined;
};

/**
@param thrown - What loading a Dockerfile ended with.
@param refusal - What the solve ended with that the loading belongs to, when it has.
@returns What to tell the user.
*/
export function explainLoad(
	{connection, request, graph, transferError}: LoadContext,
	thrown: unknown,
	refusal: unknown,
): Error {
	if (connection.lost.aborted) {
		return connection.explain(thrown);
	}

	const transfer = transferError();
	if (transfer || thrown instanceof MstageError) {
		return transfer ?? toError(thrown);
	}

	return (
		explainDisk(refusal ?? thrown) ??
		(refusal === undefined
			? explainDockerfile(graph, request.dockerfileName, thrown)
			: explainRefusal(request, refusal))
	);
}

/**
@param thrown - What loading a Dockerfile ended with.
@returns What to say where it is the engine's disk that is full, which is nobody's mistake.
*/
export function explainDisk(thrown: unknown): MstageError | undefined {
	return isDiskFull(readFailure(thrown).message)
		? new MstageError(
				"The engine can't load the Dockerfile: there is no space left on its disk. Make room there: docker system df shows what takes it.",
				exitCodes.buildFailed,
				{cause: thrown},
			)
		: undefined;
}

/** What a solve can be refused for before it loads anything: what it may do, and what it is to export. */
function explainRefusal({tags}: BuildRequest, refusal: unknown): UsageError {
	const {message} = readFailure(refusal);
	const entitlement = /^granting entitlement (?<name>\S+) is not allowed/v.exec(
		message,
	)?.groups!['name'];
	return new UsageError(
		entitlement === undefined
			? `The engine takes no image of the name ${tags.join(' or ')}: ${message}. Correct --tag.`
			: `The engine's configuration doesn't let builds have ${entitlement}: leave --allow ${entitlement} out, or allow it in the engine's daemon.json, under builder.entitlements.`,
		{cause: refusal},
	);
}

/**
@param graph - Our own reading of the Dockerfile.
@param file - What the Dockerfile is called.
@param thrown - What the frontend refuses it with.
*/
export function explainDockerfile(
	graph: StageGraph,
	file: string,
	thrown: unknown,
): DockerfileError {
	const {message, line, column} = readFailure(thrown);
	const ofTrigger = stageOfTrigger(graph, message);
	if (ofTrigger) {
		return new DockerfileError(ofTrigger.reason, file, ofTrigger.line ?? line, {
			cause: thrown,
		});
	}

	const image = imageIn(graph, message);
	if (image) {
		const {message: reason, advice} = explainImage(
			message,
			image.reference,
			meantStage(graph, image.written, image.line),
		);
		return new DockerfileError(
			`${reason.replace(/\.$/v, '')}: ${lowerFirst(advice ?? '')}`,
			file,
			image.line,
			{cause: thrown, column: columnOf(graph, image.line, image.written)},
		);
	}

	return new DockerfileError(withFrontend(graph, message), file, line, {
		cause: thrown,
		column: column ?? columnOf(graph, line, suspectIn(message)),
	});
}

/** The flags that not every engine's own frontend has, by the frontend that has them. */
const laterFlags: Readonly<Record<string, string>> = {
	security: 'docker/dockerfile:1-labs',
	...Object.fromEntries(
		[
			'checksum',
			'chmod',
			'exclude',
			'keep-git-dir',
			'link',
			'mount',
			'network',
			'parents',
			'unpack',
		].map(flag => [flag, 'docker/dockerfile:1']),
	),
};

/** Of a flag that is right but too new, says which frontend has it. */
function withFrontend({directives}: StageGraph, message: string): string {
	const flag = /unknown flag: (?:--)?(?<flag>[\w\-]+)/iv.exec(message)?.groups![
		'flag'
	];
	const frontend = flag === undefined ? undefined : laterFlags[flag];
	return frontend === undefined || directives.syntax !== null
		? message
		: `${message}: the engine's own frontend doesn't know it, # syntax=${frontend} in the first line brings one that does`;
}

/**
Engines before BuildKit 0.17 put the stages in order without what an ONBUILD reads, and then miss one that stands above.

@returns What to say of it; the line is `null` where the ONBUILD is an image's.
*/
function stageOfTrigger(
	{stages}: StageGraph,
	message: string,
): {readonly reason: string; readonly line: number | null} | undefined {
	const [, read, reader] =
		/^cannot copy from stage "(?<read>[^"]+)", it needs to be defined before current stage "(?<reader>[^"]+)"$/v.exec(
			message,
		) ?? [];
	const indexOf = (name: string | undefined): number | undefined =>
		stages.findLast(
			stage =>
				stage.name === name?.toLowerCase() || name === `stage-${stage.index}`,
		)?.index;
	const [first, second] = [indexOf(read), indexOf(reader)];
	if (first === undefined || second === undefined || first >= second) {
		return undefined;
	}

	const {base, dependencies} = stages[second]!;
	const line = dependencies.find(
		({isTrigger, ...source}) =>
			isTrigger && source.kind === 'stage' && source.stage === first,
	)?.line;
	const holder =
		base.kind === 'image' ? `the image ${base.reference}` : 'its base';
	return {
		line: line ?? null,
		reason: `${line === undefined ? `an ONBUILD of ${holder}` : 'this ONBUILD'} reads the stage ${read!}, and the BuildKit of this engine can't let it: write the instruction into the stage ${reader!} itself, or build with --builder legacy`,
	};
}

type WrittenImage = {
	/** As the Dockerfile spells it. */
	readonly written: string;
	readonly line: number;
};

/** The reference is as the engine spells it. */
type ImagePlace = WrittenImage & {readonly reference: string};

/** The image that the engine can't have, where the Dockerfile names it. */
function imageIn(
	{stages, source, directives}: StageGraph,
	message: string,
): ImagePlace | undefined {
	const reference =
		/failed to resolve source metadata for (?<reference>\S+): /v.exec(message)
			?.groups!['reference'] ?? referenceInUrl(message);
	const {syntax} = directives;
	const places = [
		...(syntax === null
			? []
			: [{written: syntax.split(' ', 1)[0]!, line: syntaxLine(source)}]),
		...stages.flatMap(stage =>
			stage.dependencies.flatMap(dependency =>
				dependency.kind === 'image'
					? [{written: dependency.reference, line: dependency.line}]
					: [],
			),
		),
	];
	const place =
		places.find(
			({written}) =>
				message.startsWith(`${written}: `) || reference?.includes(written),
		) ??
		// Engine 20.10 doesn't say which image it was.
		(places.length === 1 && /^pull access denied|: not found$/v.test(message)
			? places[0]
			: placeOfStatus(places, message));
	return place && {...place, reference: reference ?? place.written};
}

/**
Of a registry that answers with a status, engine 20.10 names the host and the tag: `pulling from host 127.0.0.1:5000 failed
with status code [manifests 1]: 401 Unauthorized`.

@returns The image, where only one may be meant.
*/
function placeOfStatus(
	places: readonly WrittenImage[],
	message: string,
): WrittenImage | undefined {
	const said =
		/^pulling from host (?<host>\S+) failed with status code \[manifests (?<tag>[^\]]+)\]/v.exec(
			message,
		)?.groups;
	const meant = places.filter(({written}) => {
		const [, host, tag = 'latest'] =
			/^(?:(?<host>[^\/]*[.:][^\/]*)\/)?.*?(?:[@:](?<tag>[^\/]+))?$/v.exec(
				written,
			)!;
		return (
			(host ?? 'registry-1.docker.io') === said?.['host'] && tag === said['tag']
		);
	});
	const isOne = new Set(meant.map(({written}) => written)).size === 1;
	return isOne ? meant[0] : undefined;
}

/** The frontend that `# syntax=` asks for is an image too. */
function syntaxLine(source: string): number {
	return (
		source.split('\n').findIndex(line => /^#\s*syntax\s*=/iv.test(line)) + 1
	);
}

/** `Head "https://registry-1.docker.io/v2/library/x/manifests/latest": …`, which is all that engine 20.10 says. */
function referenceInUrl(message: string): string | undefined {
	const url =
		/"https?:\/\/(?<host>[^\/]+)\/v2\/(?<name>\S+)\/manifests\/(?<tag>[^"]+)"/v.exec(
			message,
		)?.groups;
	const host =
		url?.['host'] === 'registry-1.docker.io' ? 'docker.io' : url?.['host'];
	return url && `${host}/${url['name']}:${url['tag']}`;
}

/** The word that a frontend complains about: `unknown instruction: RUM`, `unknown flag: --foo`, `"x"`. */
function suspectIn(message: string): string | undefined {
	return (
		/unknown (?:instruction|flag): (?:--)?(?<word>[\w\-]+)/iv.exec(message)
			?.groups!['word'] ??
		/["'`](?<word>[^"'`]+)["'`]/v.exec(message)?.groups!['word']
	);
}

/** Counted from 1; `null` when the line doesn't hold the text. */
function columnOf(
	{source}: StageGraph,
	line: number | null,
	text: string | undefined,
): number | null {
	if (line === null || text === undefined) {
		return null;
	}

	const at = (source.split('\n')[line - 1] ?? '')
		.toLowerCase()
		.indexOf(text.toLowerCase());
	return at === -1 ? null : at + 1;
}

function lowerFirst(text: string): string {
	return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/v, '');
}
