import path from 'node:path';
import process from 'node:process';
import type {Readable} from 'node:stream';
import {hintsOf} from '../dockerfile/hints/hints.js';
import type {BuildWarning} from '../dockerfile/hints/warning.js';
import {findTarget, readStageGraph} from '../dockerfile/stage-graph.js';
import {exitCodes} from '../errors.js';
import {isUnicodeTerminal} from '../text/locale.js';
import {type Tree, treeOf} from '../dockerfile/stages/edges.js';
import {openProjectCache} from '../project-cache/project-cache.js';
import {
	renderComparison,
	renderComparisonJson,
} from '../report/tree/comparison.js';
import {renderDot, renderMermaid} from '../report/tree/diagrams.js';
import {renderJson} from '../report/tree/json.js';
import {renderText} from '../report/tree/text.js';
import {describeWarning} from '../report/warnings/text.js';
import {buildArguments, defaultPlatform} from './build-flags.js';
import {buildSettings} from './build-settings.js';
import {findBuild} from './build-place.js';
import {isGitAddress} from './git-address.js';
import {print} from './output.js';
import {type DockerfilePlace, readDockerfile} from './read-dockerfile.js';

/** What to show of which Dockerfile. */
export type TreeOptions = DockerfilePlace & {
	/** `--target`: the name of a stage; default: the last. */
	readonly target?: string;

	/** `--build-arg`. */
	readonly buildArguments?: Readonly<Record<string, string>>;

	/** The names given with `--build-context`. */
	readonly namedContexts?: readonly string[];

	/** `--platform`. */
	readonly platform?: string;

	readonly format: 'text' | 'json' | 'mermaid' | 'dot';

	/** Whether to show, in place of the tree, what each builder runs. */
	readonly compareBuilders?: boolean;

	/** Whether the text may be coloured. */
	readonly color: boolean;

	/** Whether the terminal shows more than ASCII; default: yes. */
	readonly unicode?: boolean;
};

function render(
	tree: Tree,
	hints: readonly BuildWarning[],
	{format, color, unicode = true}: TreeOptions,
): string {
	switch (format) {
		case 'text': {
			const told = hints.map(hint =>
				describeWarning(hint, tree.graph.filename, unicode),
			);
			return [
				renderText(tree, {color, unicode}),
				...(told.length > 0 ? ['\n', ...told] : []),
			].join('');
		}

		case 'json': {
			return renderJson(tree, hints);
		}

		case 'mermaid': {
			return renderMermaid(tree);
		}

		case 'dot': {
			return renderDot(tree);
		}
	}
}

/**
Prints the stages of a Dockerfile as a tree, with the reason of each edge. No engine is needed.

@param options - Which Dockerfile, and how to show it.
@param streams - Standard input, read only when the Dockerfile is there, and where the tree goes.
@throws {UsageError} When there is no such Dockerfile or target.
@throws {DockerfileError} When BuildKit would refuse the Dockerfile, with the line.
*/
export async function printTree(
	options: TreeOptions,
	streams: {
		readonly stdin: Readable;
		readonly stdout: {write(text: string): unknown};
	},
): Promise<void> {
	const {target: targetName, buildArguments, namedContexts, platform} = options;
	const {filename, source, identity} = await readText(options, streams.stdin);
	const graph = readStageGraph(source, {
		filename,
		buildArguments,
		namedContexts,
		target: targetName,
		targetPlatform: platform,
	});
	const target = findTarget(graph, targetName);
	const tree = treeOf(graph, target);
	const hints = hintsOf(graph, {
		builder: null,
		target,
		bases: new Map(),
		variables: {buildArguments, target: targetName, targetPlatform: platform},
	});

	streams.stdout.write(
		options.compareBuilders
			? await compare(tree, identity, options)
			: render(tree, hints, options),
	);
}

async function compare(
	tree: Tree,
	identity: string,
	{format}: TreeOptions,
): Promise<string> {
	if (format === 'json') {
		return renderComparisonJson(tree);
	}

	const {times} = await openProjectCache(identity, {builder: 'BuildKit'});
	return renderComparison(tree, times);
}

/** `mstage tree`, as the command line gives it. */
export type TreeFlags = {
	readonly context: string;
	readonly file?: string;
	readonly target?: string;
	readonly buildArg: readonly string[];
	readonly platform?: string;
	readonly buildContext?: readonly string[];
	readonly json?: boolean;
	readonly mermaid?: boolean;
	readonly dot?: boolean;
	readonly compareBuilders?: boolean;
};

/**
`mstage tree`: prints the stages of a Dockerfile on standard output.

@returns The exit code.
@throws {MstageError} As `printTree`.
*/
export async function tree(flags: TreeFlags): Promise<number> {
	const {stdin, stdout, env} = process;
	await printTree(
		{
			...flags,
			platform: defaultPlatform(flags.platform, env),
			buildArguments: buildArguments(flags.buildArg),
			namedContexts: await contextNames(flags),
			format: formatOf(flags),
			color: stdout.isTTY && !env['NO_COLOR'],
			unicode: isUnicodeTerminal(env),
		},
		{stdin, stdout: {write: print}},
	);
	return exitCodes.done;
}

async function contextNames({
	buildContext,
}: TreeFlags): Promise<readonly string[]> {
	const {contexts} = await buildSettings({buildContext: buildContext ?? []});
	return Object.keys(contexts);
}

function formatOf({json, mermaid, dot}: TreeFlags): TreeOptions['format'] {
	return json ? 'json' : mermaid ? 'mermaid' : dot ? 'dot' : 'text';
}

async function readText(place: DockerfilePlace, stdin: Readable) {
	const isFetched = place.context === '-' || isGitAddress(place.context);
	if (place.file === '-' || !isFetched) {
		const {filename, source} = await readDockerfile(place, stdin);
		return {filename, source, identity: path.resolve(filename)};
	}

	const found = await findBuild(place, stdin);
	const {source} = await readDockerfile(
		{...place, file: found.dockerfile},
		stdin,
	);
	return {filename: found.dockerfileName, source, identity: found.identity};
}
