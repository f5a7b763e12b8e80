import {Buffer} from 'node:buffer';
import {PassThrough} from 'node:stream';
import yargs from 'yargs';
import {allCommands} from '../../source/commands/flags/all.js';
import {Chosen} from '../../source/commands/flags/define.js';
import {
	buildArguments,
	defaultPlatform,
} from '../../source/commands/build-flags.js';
import {buildSettings} from '../../source/commands/build-settings.js';
import {usageMessage} from '../../source/commands/usage-message.js';
import {withoutCredentials} from '../../source/text/credentials.js';
import {hintsOf} from '../../source/dockerfile/hints/hints.js';
import {
	findTarget,
	readStageGraph,
} from '../../source/dockerfile/stage-graph.js';
import {treeOf} from '../../source/dockerfile/stages/edges.js';
import {parseSecret} from '../../source/engine/buildkit/session/parse-secret.js';
import {parseSsh} from '../../source/engine/buildkit/session/parse-ssh.js';
import {Filter} from '../../source/engine/context/filter.js';
import {parseDockerAddress} from '../../source/engine/docker/address.js';
import {MstageError, UsageError} from '../../source/errors.js';
import {parsePointPath, parsePlace} from '../../source/inspect/place.js';
import {
	parseFreePoint,
	parsePoint,
} from '../../source/debugger/points/point.js';
import {PromptInput} from '../../source/prompt/prompt-input.js';
import {doctorText} from '../../source/report/doctor/text.js';
import {listingText} from '../../source/report/entry-line.js';
import {
	renderComparison,
	renderComparisonJson,
} from '../../source/report/tree/comparison.js';
import {renderDot, renderMermaid} from '../../source/report/tree/diagrams.js';
import {renderJson} from '../../source/report/tree/json.js';
import {renderText} from '../../source/report/tree/text.js';
import {describeWarning} from '../../source/report/warnings/text.js';
import {safeJson} from '../../source/text/safe-json.js';
import {sanitise} from '../../source/text/sanitise.js';
import {dockerfile} from '../ui/scene.js';
import {programOf} from '../ui/program.js';
import type {Told} from './checks.js';
import {hostileDockerfile, hostileEntries} from './made.js';

const program = programOf(dockerfile);

/** Where hostile text goes in, and what comes out; an error that isn't for users is a fault of its own. */
export type Surface = (
	next: () => string,
	random: () => number,
) => Promise<readonly Told[]> | readonly Told[];

/**
@param error - Thrown where hostile text went in.
@returns What is told of it, as `cli.tsx` does.
@throws What is no error for users.
*/
export function toldOf(error: unknown): readonly Told[] {
	if (error instanceof MstageError) {
		return [{text: sanitise(error.message), as: 'line'}];
	}

	throw error;
}

function tree(next: () => string, random: () => number): readonly Told[] {
	const source = hostileDockerfile(next, random);
	const filename = next();
	try {
		const target = random() < 0.2 ? next() : undefined;
		const graph = readStageGraph(source, {
			filename,
			buildArguments: random() < 0.3 ? {NAME: next()} : {},
			...(target !== undefined && {target}),
		});
		const found = treeOf(graph, findTarget(graph, target));
		const hints = hintsOf(graph, {
			builder: null,
			target: found.target,
			bases: new Map(),
			variables: {buildArguments: {}},
		});
		const style = {color: false, unicode: random() < 0.5};
		return [
			{text: renderText(found, style), as: 'lines'},
			{text: renderJson(found, hints), as: 'json'},
			{text: renderMermaid(found), as: 'mermaid'},
			{text: renderDot(found), as: 'dot'},
			{text: renderComparison(found, new Map()), as: 'lines'},
			{text: renderComparisonJson(found), as: 'json'},
			...hints.map((hint): Told => ({
				text: describeWarning(hint, filename, style.unicode),
				as: 'lines',
			})),
		];
	} catch (error) {
		return toldOf(error);
	}
}

/** What reads a flag or an argument by itself. */
const readers: ReadonlyArray<(text: string) => unknown> = [
	text => defaultPlatform(text, {}),
	text => buildArguments([text]),
	text => parseSecret(text, {}),
	text => parseSecret(`id=${text},src=/x`, {}),
	text => parseSecret(`id=x,env=${text}`, {}),
	text => parseSsh(text, {}),
	text => parseDockerAddress(text),
	text => parseDockerAddress(`tcp://${text}`),
	text => parseDockerAddress(`ssh://${text}`),
	text => parseDockerAddress(`unix://${text}`),
	text => parsePoint(text, program),
	text => parsePoint(`builder:${text}`, program),
	text => parseFreePoint(`image:${text}`),
	text => parsePointPath(text),
	text => parsePointPath(`builder:/${text}`),
	text => parsePlace(text, program),
	text => parsePlace(`builder:${text}`, program),
	async text => buildSettings({label: [text]}),
	async text => buildSettings({addHost: [text]}),
	async text => buildSettings({addHost: [`${text}:127.0.0.1`]}),
	async text => buildSettings({shmSize: text}),
	async text => buildSettings({ulimit: [text]}),
	async text => buildSettings({buildContext: [text]}),
	async text => buildSettings({buildContext: [`x=${text}`]}),
	async text => buildSettings({buildContext: [`${text}=/nowhere`]}),
	text => {
		const filter = new Filter({
			includePatterns: [],
			excludePatterns: text.split('\n').slice(0, 50),
		});
		return filter.judge('src/file');
	},
	text => {
		throw new UsageError(`git: ${withoutCredentials(`https://${text}.git`)}`);
	},
];

async function flags(
	next: () => string,
	random: () => number,
): Promise<readonly Told[]> {
	const read = readers[Math.floor(random() * readers.length)]!;
	try {
		await read(next());
		return [];
	} catch (error) {
		return toldOf(error);
	}
}

const lines = [
	(text: string) => ['debug', `--${text}`],
	(text: string) => ['debug', '--pause', text],
	(text: string) => ['debug', '--builder', text, '--engine', text],
	(text: string) => ['tree', `-${text}`],
	(text: string) => [text],
	(text: string) => ['ls', 'a', text, text],
	(text: string) => ['diff', text, '--kind', text],
	(text: string) => ['engine', text],
];

function commandLine(
	next: () => string,
	random: () => number,
): readonly Told[] {
	const words = lines[Math.floor(random() * lines.length)]!(next());
	let message: string | undefined;
	// Nothing takes a megabyte on a command line (MAX_ARG_STRLEN of execve(2)).
	const parser = yargs(words.map(word => word.slice(0, 131_071)))
		.parserConfiguration({'populate--': true, 'boolean-negation': false})
		.strict()
		.strictCommands()
		.help(false)
		.version(false)
		.exitProcess(false)
		.fail((text, error) => {
			message ??= usageMessage(text ?? error.message);
		});
	for (const addCommand of allCommands) {
		addCommand(parser);
	}

	try {
		parser.parseSync();
	} catch (error) {
		if (!(error instanceof Chosen) && message === undefined) {
			return toldOf(error);
		}
	}

	return message === undefined ? [] : [{text: sanitise(message), as: 'line'}];
}

function listing(next: () => string): readonly Told[] {
	const entries = hostileEntries(next);
	return [
		{text: listingText(entries, false), as: 'lines'},
		{text: listingText(entries, true), as: 'json'},
	];
}

function doctor(next: () => string): readonly Told[] {
	const report = {
		engines: [
			{origin: next(), address: next(), answers: false, reason: next()},
			{origin: next(), address: next(), answers: true, reason: null},
		],
		engine: {
			name: next(),
			version: next(),
			builder: 'BuildKit',
			address: next(),
			platform: next(),
			details: null,
			capabilities: [],
		},
		advice: next(),
		checks: [{name: next(), good: false, finding: next()}],
	} as const;
	return [
		{text: doctorText(report, {unicode: true, width: 80}), as: 'lines'},
		{text: doctorText(report, {unicode: false, width: null}), as: 'lines'},
		{text: safeJson(report, 2), as: 'json'},
	];
}

/** What a line editor takes for keys. */
const keys = /[[\p{Cc}]--[\u0080-\u009F]]/gv;

/** What is typed on a terminal and shown as it comes, but for what are keys. */
function typed(next: () => string): readonly Told[] {
	const input = new PassThrough();
	const line = new PromptInput(input, {
		room: () => 4096,
		full: () => undefined,
		paste: () => undefined,
	});
	const shown: string[] = [];
	line.on('data', (text: string) => {
		shown.push(text);
	});
	input.emit('data', Buffer.from(next().slice(0, 500)));
	line.close();
	return [
		{
			text: shown.join('').replaceAll(keys, ''),
			as: 'line',
		},
	];
}

/** Text and JSON that need no session. */
export const textSurfaces: Readonly<Record<string, Surface>> = {
	tree,
	flags,
	commandLine,
	listing,
	doctor,
	typed,
};
