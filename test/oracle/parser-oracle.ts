import {readdirSync, readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {hintsOf} from '../../source/dockerfile/hints/hints.js';
import {splitQuoted} from '../../source/dockerfile/text/words.js';
import {
	findTarget,
	readStageGraph,
} from '../../source/dockerfile/stage-graph.js';
import {compareBuilders} from '../../source/dockerfile/stages/builder-comparison.js';
import {treeOf} from '../../source/dockerfile/stages/edges.js';
import {runsIn} from '../../source/dockerfile/stages/runs-in.js';
import {VariableReader} from '../../source/dockerfile/variables/read.js';
import {findUnsupported} from '../../source/engine/legacy/unsupported.js';
import {MstageError} from '../../source/errors.js';
import {splitWords} from '../../source/prompt/words.js';
import {renderDot, renderMermaid} from '../../source/report/tree/diagrams.js';
import {renderJson} from '../../source/report/tree/json.js';
import {renderText} from '../../source/report/tree/text.js';
import {randomOf} from './random.js';

/** What became of a Dockerfile. */
export type Reading = {
	/** Whether it was refused, in words for the user. */
	readonly isRefused: boolean;

	/** What was thrown that is no error for a user; `null` when nothing was. */
	readonly defect: Error | null;
};

/** How many places of a file are looked at: all of a file that a person wrote, and a part of ten thousand stages. */
const mostPlaces = 40;

/**
Reads a Dockerfile as everything does that reads them: the stage graph, the tree and how it is told, the hints, the variables
at each place, what the legacy builder doesn't know, and its lines as words of the prompt.
*/
export function readAll(source: string): Reading {
	try {
		readEverything(source);
		return {isRefused: false, defect: null};
	} catch (error) {
		return error instanceof MstageError
			? {isRefused: true, defect: null}
			: {isRefused: false, defect: error as Error};
	}
}

function readEverything(source: string): void {
	// What is refused as a Dockerfile is still text.
	for (const line of source.split('\n', mostPlaces)) {
		splitQuoted(line, '\\');
		try {
			splitWords(line);
		} catch (error) {
			if (!(error instanceof MstageError)) {
				throw error;
			}
		}
	}

	const graph = readStageGraph(source, {
		filename: 'Dockerfile',
		buildArguments: {A: 'given', EMPTY: ''},
		buildPlatform: 'linux/amd64',
	});
	const target = findTarget(graph, undefined);
	const tree = treeOf(graph, target);
	const bases = new Map();
	const options = {buildArguments: {A: 'given'}};
	for (const builder of [null, 'BuildKit', 'legacy'] as const) {
		const hints = hintsOf(graph, {builder, target, bases, variables: options});
		renderJson(tree, hints);
	}

	renderText(tree, {color: true, unicode: true});
	renderMermaid(tree);
	renderDot(tree);
	compareBuilders(tree);
	findUnsupported(graph, target);
	const reader = new VariableReader(graph, bases, options);
	for (const stage of graph.stages.slice(-mostPlaces)) {
		const count = runsIn(stage).length;
		const step = Math.ceil(count / mostPlaces);
		for (let place = 0; place < count; place += step) {
			reader.after(stage.index, place);
			reader.valuesBefore(stage.index, place);
		}
	}
}

/** Files and folders that hold Dockerfiles written by people. */
const places = ['../../examples', '../cases/inputs', '../fixtures/dockerfiles'];

/** @returns The Dockerfiles of the examples and the tests, and some that have everything in them. */
export function corpusOf(): readonly string[] {
	const files = places.flatMap(place => {
		const root = path.join(import.meta.dirname, place);
		return readdirSync(root, {recursive: true, encoding: 'utf8'})
			.filter(name => /dockerfile/iv.test(path.basename(name)))
			.map(name => path.join(root, name))
			.filter(file => statSync(file).isFile() && statSync(file).size < 20_000);
	});
	return [
		...files.toSorted().map(file => readFileSync(file, 'utf8')),
		...generated,
	];
}

const generated = [
	String.raw`# syntax=docker/dockerfile:1
# escape=\
ARG VERSION=1.24
FROM --platform=$BUILDPLATFORM golang:${'$'}{VERSION:-1} AS build
ARG TARGETOS TARGETARCH
ENV A=b C="d e" F='g' H=\ i
WORKDIR /src/$A/${'$'}{C:+x}
RUN --mount=type=cache,target=/root/.cache,sharing=locked --mount=type=secret,id=x,env=X \
  --network=none <<EOF
set -e
echo $A
EOF
COPY --from=build --chown=1:2 --chmod=755 --link --exclude=*.md ["a b", "/c"]
ADD --checksum=sha256:aa https://example.com/a.tgz /x
ONBUILD COPY . .
HEALTHCHECK --interval=5s CMD curl -f "http://localhost"
SHELL ["/bin/sh", "-ec"]
FROM scratch
COPY <<-A <<"B" /x/
	a
	A
$b
B
EXPOSE 80/tcp 1-5
STOPSIGNAL SIGTERM
VOLUME ["/a"]
USER ${'$'}{A##*/}:${'$'}{B%%x}
LABEL a=${'$'}{A/b/c} b=${'$'}{A//b/c}
ENTRYPOINT ["a"]
CMD a && b || c; d | e
`,
];

/** What mutations put in. */
const pieces = [
	'\\',
	'\n',
	'\r\n',
	'\\\n',
	'`',
	'"',
	"'",
	'$',
	'{',
	'}',
	'${',
	'${a:-',
	'<<EOF',
	'<<-"X"',
	'[',
	']',
	'["a",',
	'--mount=',
	'type=',
	',',
	'=',
	'#',
	'FROM ',
	'FROM a AS ',
	'COPY --from=',
	'RUN ',
	'ONBUILD ',
	'ARG ',
	'ENV ',
	'HEALTHCHECK ',
	'EXPOSE ',
	'SHELL ',
	'VOLUME ',
	'ADD ',
	'LABEL ',
	'@sha256:',
	'\0',
	'\uFEFF',
	'\u2028',
	'\u00A0',
	'\u200B',
	'\uD800',
	'\u{1F600}',
	'\u001B[',
	'__proto__',
	'constructor',
	'99999999999999999999',
	'-1',
	'%s',
	' ',
	'\t',
	'# escape=`\n',
	'# syntax=x\n',
	'# check=error=true\n',
	'*',
	'?',
	'..',
	'/',
];

/**
@param seed - An integer.
@returns A Dockerfile of the corpus with some changes: things put in, taken out, doubled, moved, mixed with another one.
*/
export function mutantOf(corpus: readonly string[], seed: number): string {
	const random = randomOf(seed);
	const pick = <T>(list: readonly T[]): T =>
		list[Math.floor(random() * list.length)]!;
	let text = pick(corpus);
	const changes = 1 + Math.floor(random() ** 3 * 10);
	for (let change = 0; change < changes; change++) {
		const at = Math.floor(random() * (text.length + 1));
		const end = at + Math.floor(random() ** 3 * (text.length - at));
		const [before, part, after] = [
			text.slice(0, at),
			text.slice(at, end),
			text.slice(end),
		];
		const kind = random();
		text =
			kind < 0.45
				? before + pick(pieces) + part + after
				: kind < 0.6
					? before + after
					: kind < 0.7
						? before + part + part + after
						: kind < 0.8
							? before + pick(pieces).repeat(Math.floor(random() * 30)) + after
							: kind < 0.9
								? before + pick(corpus).slice(at, at + 200) + after
								: linesMoved(text, random);
		// Doubling grows without an end.
		text = text.slice(0, 20_000);
	}

	return text;
}

function linesMoved(text: string, random: () => number): string {
	const lines = text.split('\n');
	const [line] = lines.splice(Math.floor(random() * lines.length), 1);
	lines.splice(Math.floor(random() * (lines.length + 1)), 0, line!);
	return lines.join('\n');
}

/**
What holds after an instruction is kept as a whole for each: with more variables in one stage than anybody has, that takes time
that grows with their square. So these stop growing here.
*/
const mostOfVariables = 20_000;

/** Dockerfiles that grow in one way: each takes the size it is to have, roughly in characters. */
export const growing: Readonly<Record<string, (size: number) => string>> = {
	'a long line': size => `FROM a\nRUN ${'x'.repeat(size)}\n`,
	'a long line of words': size => `FROM a\nRUN ${'x '.repeat(size / 2)}\n`,
	'a long ENV': size => `FROM a\nENV A=1 ${'B=$A '.repeat(size / 5)}\n`,
	'many stages': size => `${'FROM a\n'.repeat(size / 7)}`,
	'many named stages': size =>
		Array.from({length: size / 14}, (_, at) => `FROM a AS s${at}\n`).join(''),
	'a chain of stages': size =>
		`FROM a AS s0\n${Array.from({length: size / 20}, (_, at) => `FROM s${at} AS s${at + 1}\n`).join('')}`,
	'stages that copy': size =>
		`FROM a AS s0\n${Array.from({length: size / 40}, (_, at) => `FROM a AS s${at + 1}\nCOPY --from=s${at} /x /x\n`).join('')}`,
	'many instructions': size => `FROM a\n${'RUN x\n'.repeat(size / 6)}`,
	'many variables': size =>
		`FROM a\n${Array.from({length: Math.min(size, mostOfVariables) / 12}, (_, at) => `ENV V${at}=1\n`).join('')}`,
	'variables of each other': size =>
		`FROM a\nENV V0=1\n${Array.from({length: Math.min(size, mostOfVariables) / 20}, (_, at) => `ENV V${at + 1}=$V${at}\n`).join('')}`,
	'global arguments': size =>
		`${Array.from({length: size / 14}, (_, at) => `ARG V${at}=1\n`).join('')}FROM a\n`,
	'arguments that are used': size =>
		`FROM a\n${Array.from({length: Math.min(size, mostOfVariables) / 30}, (_, at) => `ARG V${at}\nRUN echo $V${at}\n`).join('')}`,
	'nested defaults': size =>
		`FROM a\nENV X=${'${a:-'.repeat(size / 6)}${'}'.repeat(size / 6)}\n`,
	'nested defaults, not closed': size =>
		`FROM a\nENV X=${'${a:-'.repeat(size / 5)}\n`,
	'nested defaults in FROM': size =>
		`FROM ${'${a:-'.repeat(size / 6)}b${'}'.repeat(size / 6)}\n`,
	'nested defaults in a RUN': size =>
		`FROM a\nRUN echo ${'${a:-'.repeat(size / 6)}${'}'.repeat(size / 6)}\n`,
	'opening braces': size => `FROM a\nENV X=${'${'.repeat(size / 2)}\n`,
	dollars: size =>
		`FROM a\nENV X=${'$'.repeat(size)}\nRUN ${'$'.repeat(size)}\n`,
	'a replacement in a long value': size =>
		`FROM a\nENV A=${'a'.repeat(size)}\nENV B=\${A//${'*a'.repeat(20)}x/y}\n`,
	'a long pattern': size =>
		`FROM a\nENV A=${'a'.repeat(100)}\nENV B=\${A##${'*a'.repeat(size / 2)}x}\n`,
	'continuation lines': size => `FROM a\nRUN x${' \\\n y'.repeat(size / 5)}\n`,
	'continued comments': size =>
		`FROM a\nRUN x \\\n${'# c\n'.repeat(size / 4)} y\n`,
	'empty continuation lines': size =>
		`FROM a\nRUN x \\\n${'\n'.repeat(size)}y\n`,
	'a heredoc, not closed': size => `FROM a\nRUN <<E\n${'x\n'.repeat(size / 2)}`,
	'a heredoc': size => `FROM a\nRUN <<E\n${'echo "x\n'.repeat(size / 8)}E\n`,
	'many heredocs': size => `FROM a\n${'RUN <<E\nx\nE\n'.repeat(size / 12)}`,
	'starts of heredocs': size => `FROM a\nRUN ${'<<E '.repeat(size / 4)}\n`,
	'starts of heredocs in COPY': size =>
		`FROM a\nCOPY ${'<<E '.repeat(size / 4)} /x\n`,
	'double quotes': size =>
		`FROM a\nRUN ${'"'.repeat(size)}\nENV A=${'"'.repeat(size)}\n`,
	'quotes in quotes': size =>
		`FROM a\nRUN ${`"'`.repeat(size / 2)}\nENV A=${`"'`.repeat(size / 2)}\n`,
	backslashes: size =>
		`FROM a\nRUN ${'\\'.repeat(size)} \nENV A=${'\\'.repeat(size)} \n`,
	brackets: size =>
		`FROM a\nRUN ${'['.repeat(size)}\nCMD ${'['.repeat(size)}\n`,
	'a JSON list': size => `FROM a\nCMD [${'"a",'.repeat(size / 4)}"b"]\n`,
	mounts: size =>
		`FROM a\nRUN ${'--mount=type=cache,target=/x '.repeat(size / 29)} x\n`,
	'options of a mount': size =>
		`FROM a\nRUN --mount=type=cache,target=/x${',ro'.repeat(size / 3)} x\n`,
	commas: size => `FROM a\nRUN --mount=${','.repeat(size)} x\n`,
	flags: size => `FROM a\nCOPY ${'--exclude=a '.repeat(size / 12)} a b\n`,
	sources: size => `FROM a\nCOPY ${'a '.repeat(size / 2)} b/\n`,
	ports: size => `FROM a\nEXPOSE ${'80 '.repeat(size / 3)}\n`,
	volumes: size => `FROM a\n${'VOLUME /a\nRUN touch /a/b\n'.repeat(size / 25)}`,
	spaces: size => `FROM a\nRUN${' '.repeat(size)}x\n${' '.repeat(size)}\n`,
	'tabs before and behind': size =>
		`${'\t'.repeat(size)}FROM a${'\t'.repeat(size)}\n`,
	comments: size => `${'# x\n'.repeat(size / 4)}FROM a\n`,
	directives: size => `${'# x=y\n'.repeat(size / 6)}FROM a\n`,
	semicolons: size => `FROM a\nRUN ${'a; '.repeat(size / 3)}b\n`,
	pipes: size => `FROM a\nRUN ${'a | '.repeat(size / 4)}b\n`,
	parentheses: size =>
		`FROM a\nRUN ${'('.repeat(size / 2)}${')'.repeat(size / 2)}\n`,
	substitutions: size =>
		`FROM a\nRUN ${'$('.repeat(size / 2)}${')'.repeat(size / 2)}\n`,
	'words of read': size => `FROM a\nARG A\nRUN ${'read '.repeat(size / 5)}$A\n`,
	'words of exit': size => `FROM a\nRUN ${'exit 1 '.repeat(size / 7)}\n`,
	onbuilds: size => `FROM a\nONBUILD ${'ONBUILD '.repeat(size / 8)}RUN x\n`,
	labels: size => `FROM a\nLABEL ${'a="b" '.repeat(size / 6)}\n`,
	'slashes in an image': size => `FROM ${'a/'.repeat(size / 2)}b\n`,
	'dashes in an image': size => `FROM a${'-'.repeat(size)}\n`,
	'dots in an image': size => `FROM a:${'.'.repeat(size)}\n`,
	'near names': size => `FROM a AS x\nCOPY --from=${'y'.repeat(size)} a b\n`,
	'words beside one that is none': size =>
		`FROM a\n${'RUNN x\n'.repeat(size / 7)}`,
	lookalikes: size => `FROM a\nRUN a ${'–x “'.repeat(size / 4)}\n`,
};
