import {readdirSync, readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {
	findTarget,
	neededStages,
	readStageGraph,
	type Source,
	type Base,
	type StageGraph,
} from '../../source/dockerfile/stage-graph.js';

const folder = new URL('../fixtures/dockerfiles/', import.meta.url);

const filesIn = (directory: URL): string[] =>
	readdirSync(directory)
		.filter(name => name.endsWith('.Dockerfile'))
		.map(name => name.replace('.Dockerfile', ''))
		.toSorted();

const read = (name: string): StageGraph =>
	readStageGraph(readFileSync(new URL(`${name}.Dockerfile`, folder), 'utf8'), {
		filename: name,
	});

const show = (source: Source | Base): string => {
	switch (source.kind) {
		case 'stage': {
			return `stage ${source.stage}`;
		}

		case 'image': {
			return source.reference;
		}

		case 'context': {
			return `context ${source.name}`;
		}

		case 'scratch': {
			return 'scratch';
		}
	}
};

const summarise = (graph: StageGraph): string[] => {
	const needed = neededStages(graph, findTarget(graph, undefined), 'buildkit');

	return graph.stages.map(
		({index, name, platform, base, lines, dependencies}) =>
			[
				`${lines.join('-')} ${name ?? '-'} ${platform === null ? '' : `(${platform}) `}from ${show(base)}`,
				...dependencies
					.filter(({via}) => via !== 'FROM')
					.map(
						dependency =>
							`${dependency.via} ${show(dependency)} @${dependency.line}`,
					),
				...(needed.has(index) ? [] : ['not needed']),
			].join('; '),
	);
};

// Of each stage: its lines, its name, its base, what it reads and by which line, and whether the last stage needs it.
const accepted: Readonly<Record<string, readonly string[]>> = {
	'alias-only': [
		'1-1 one from busybox',
		'2-2 two from stage 0',
		'3-3 three from stage 1',
		'4-5 - from stage 2',
	],
	'arguments-in-a-stage': [
		'3-6 a from busybox',
		'7-8 - from scratch; COPY --from stage 0 @8',
	],
	'byte-order-mark': [
		'2-4 a from busybox',
		'5-6 - from scratch; COPY --from stage 0 @6',
	],
	'check-directive': ['2-3 - from busybox'],
	comments: [
		'3-6 a from busybox',
		'8-10 - from scratch; COPY --from stage 0 @10',
	],
	'continuation-at-end': ['1-2 - from busybox'],
	continuations: [
		'1-14 builder from busybox',
		'15-20 - from scratch; COPY --from stage 0 @16',
	],
	'copy-any-case': [
		'1-2 builder from busybox',
		'3-4 - from scratch; COPY --from stage 0 @4',
	],
	'copy-by-name': [
		'1-2 builder from busybox',
		'3-4 - from scratch; COPY --from stage 0 @4',
	],
	'copy-by-number': [
		'1-2 - from busybox',
		'3-4 - from busybox',
		'5-7 - from scratch; COPY --from stage 0 @6; COPY --from stage 1 @7',
	],
	'copy-by-odd-number': [
		'2-3 - from busybox',
		'4-6 - from scratch; COPY --from stage 0 @5; COPY --from stage 0 @6',
	],
	'copy-flags': [
		'1-2 a from busybox',
		'3-5 - from scratch; COPY --from stage 0 @4',
	],
	'copy-from-image': [
		'1-3 - from scratch; COPY --from busybox @2; COPY --from debian:bookworm-slim @3',
	],
	'copy-outside-by-number': [
		'2-3 first from busybox',
		'4-7 - from scratch; COPY --from debian:bookworm-slim @5; COPY --from debian:bookworm-slim @6; COPY --from stage 0 @7',
	],
	'copy-unquoted-flags': [
		'1-2 builder from busybox',
		'3-5 - from scratch; COPY --from stage 0 @4; COPY --from stage 0 @5',
	],
	crlf: ['1-8 a from busybox', '9-10 - from scratch; COPY --from stage 0 @10'],
	'directive-too-late': ['3-5 - from busybox'],
	'duplicate-names-copy': [
		'2-3 twin from busybox; not needed',
		'4-5 twin from busybox',
		'6-7 - from scratch; COPY --from stage 1 @7',
	],
	'duplicate-names-from': [
		'2-3 twin from busybox',
		'4-5 child from stage 0',
		'6-7 twin from busybox',
		'8-9 - from stage 1; COPY --from stage 2 @9',
	],
	'empty-run': ['1-3 - from busybox'],
	'escape-directive': [
		'2-6 a from busybox',
		'7-9 - from scratch; COPY --from stage 0 @8',
	],
	'expansion-alternative': [
		'3-3 a from busybox',
		'4-4 b from scratch; not needed',
		'5-5 c from busybox; not needed',
		'6-7 d from scratch; RUN --mount stage 0 @7',
	],
	'expansion-default': [
		'3-3 a from scratch; not needed',
		'4-4 b from scratch; not needed',
		'5-5 c from scratch; not needed',
		'6-6 d from busybox; not needed',
		'7-8 e from busybox',
	],
	'expansion-prefix': [
		'2-2 short from busybox; not needed',
		'3-3 long from busybox; not needed',
		'4-4 question from busybox; not needed',
		'5-6 escaped from busybox',
	],
	'expansion-quotes': [
		'3-3 a from busybox; not needed',
		'4-4 b from busybox; not needed',
		'5-5 c from busybox; not needed',
		'6-7 d from busybox',
	],
	'expansion-replace': [
		'2-2 first from busybox',
		'3-3 unused from scratch.scratch; not needed',
		'4-4 unused-too from boxx; not needed',
		'5-5 odd from busybboxx; not needed',
		'6-7 - from stage 0',
	],
	'expansion-required': [
		'2-2 a from busybox; not needed',
		'3-4 - from busybox',
	],
	'expansion-suffix': [
		'2-2 short from busybox; not needed',
		'3-3 long from busybox',
		'4-5 - from stage 1',
	],
	'global-arguments': [
		'4-5 first from busybox',
		'6-7 - from scratch; COPY --from stage 0 @7',
	],
	'heredoc-continued': ['1-8 - from busybox'],
	'heredoc-kinds': [
		'1-18 base from busybox',
		'19-23 - from scratch; COPY --from stage 0 @20',
	],
	'heredoc-look-alikes': ['2-9 - from busybox'],
	'heredoc-run': ['1-6 - from busybox'],
	'image-hidden-later': [
		'2-3 first from busybox',
		'4-5 busybox from scratch; COPY --from stage 0 @5',
	],
	'json-forms': [
		'1-7 a from busybox',
		'8-9 - from scratch; COPY --from stage 0 @9',
	],
	'lower-case': [
		'2-3 a from busybox',
		'4-5 - from scratch; COPY --from stage 0 @5',
	],
	'metadata-only': ['1-14 - from busybox'],
	'mount-by-number': [
		'2-3 first from busybox',
		'4-5 unused from stage 0; RUN --mount 0 @5; not needed',
		'6-7 - from stage 0',
	],
	'mount-csv': [
		'1-2 tools from busybox',
		'3-4 - from busybox; RUN --mount stage 0 @4',
	],
	'mount-from-stage': [
		'1-2 tools from busybox',
		'3-5 - from busybox; RUN --mount stage 0 @4; RUN --mount stage 0 @5',
	],
	'mount-types': [
		'1-2 assets from busybox',
		'3-10 - from busybox; RUN --mount stage 0 @4',
	],
	'mount-variables': [
		'2-3 tools from busybox',
		'4-7 - from busybox; RUN --mount stage 0 @7',
	],
	'name-characters': [
		'1-2 a1.b-c_d__e from busybox',
		'3-4 - from scratch; COPY --from stage 0 @4',
	],
	'name-hides-image': [
		'1-2 busybox from scratch; COPY --from debian:bookworm-slim @2',
		'3-4 - from stage 0; COPY --from stage 0 @4',
	],
	'name-redefined': [
		'2-3 base from busybox',
		'4-5 base from stage 0',
		'6-7 base from stage 1',
	],
	'no-final-line-end': [
		'1-2 a from busybox',
		'3-4 - from scratch; COPY --from stage 0 @4',
	],
	'odd-spaces': [
		'1-2 a from busybox',
		'3-4 b from scratch; COPY --from stage 0 @4',
	],
	'onbuild-belongs-to-the-child': [
		'1-2 tools from busybox',
		'3-5 parent from busybox',
		'6-7 child from stage 1; COPY --from stage 0 @4; RUN --mount stage 0 @5',
		'8-9 - from scratch; COPY --from stage 2 @9',
	],
	'onbuild-heredoc': ['1-4 parent from busybox', '5-6 - from stage 0'],
	'onbuild-not-inherited-twice': [
		'1-2 tools from busybox',
		'3-4 parent from busybox',
		'5-6 child from stage 1; COPY --from stage 0 @4',
		'7-8 grandchild from stage 2',
		'9-10 - from stage 3',
	],
	'onbuild-parent-alone': [
		'2-3 tools from busybox; not needed',
		'4-6 parent from busybox',
		'7-8 - from scratch; COPY --from stage 1 @8',
	],
	platforms: [
		'1-2 a (linux/amd64) from scratch',
		'3-4 b (linux) from scratch',
		'5-6 c (arm64) from scratch',
		'7-10 - (linux/arm/v7) from scratch; COPY --from stage 0 @8; COPY --from stage 1 @9; COPY --from stage 2 @10',
	],
	'predefined-arguments': [
		'1-3 build (linux/amd64) from busybox',
		'4-5 target (linux/amd64) from busybox',
		'6-8 - (linux/amd64) from scratch; COPY --from stage 0 @7; COPY --from stage 1 @8',
	],
	'scratch-as-source': ['1-2 - from busybox'],
	'scratch-only': ['1-2 - from scratch'],
	'single-stage': ['1-2 - from busybox'],
	'stage-called-context': [
		'1-2 context from busybox',
		'3-4 - from scratch; COPY --from stage 0 @4',
	],
	'stage-called-scratch': [
		'2-3 scratch from busybox',
		'4-5 child from stage 0; COPY --from stage 0 @5',
		'6-8 - from busybox; RUN --mount stage 0 @7; COPY --from stage 1 @8',
	],
	'stage-from-stage': [
		'1-2 base from busybox',
		'3-4 left from stage 0',
		'5-6 right from stage 0',
		'7-9 - from scratch; COPY --from stage 1 @8; COPY --from stage 2 @9',
	],
	'unknown-directive': ['3-4 - from busybox'],
	'unneeded-faults': [
		'2-7 broken from scratch; COPY --from stage 1 @3; not needed',
		'8-9 later from busybox',
		'10-11 - from stage 1',
	],
	'unneeded-onbuild': [
		'2-4 parent from busybox; not needed',
		'5-6 - from busybox',
	],
	'unneeded-stages': [
		'1-2 used from busybox',
		'3-4 unused from busybox; not needed',
		'5-6 unused-too from stage 1; not needed',
		'7-8 - from scratch; COPY --from stage 0 @8',
	],
};

// The fixture, the line that is named, and why it is refused.
const refused: ReadonlyArray<
	readonly [name: string, line: number, reason: string]
> = [
	['add-from', 3, 'ADD has no flag --from'],
	['argument-without-name', 2, 'ARG has no name before "=value"'],
	[
		'array-of-numbers',
		2,
		'a JSON array here can only hold strings: put the others in double quotes',
	],
	[
		'bad-check-directive',
		1,
		'the directive "check" can\'t have the option "everything": it can be skip=…, error=true or experimental=…',
	],
	[
		'bad-chmod',
		2,
		'--chmod=u+q is no mode (examples of one: --chmod=755, --chmod=u+x)',
	],
	[
		'bad-copy-source',
		2,
		'"No/Such:Image" is no valid image name: it must be in lower case, and no earlier stage is called so',
	],
	[
		'bad-digest',
		1,
		'the digest of the image "busybox@sha256:123456789012345678901234567890123" is invalid (an example of one: sha256: and 64 of 0-9, a-f)',
	],
	[
		'bad-escape-directive',
		1,
		'the escape character can only be \\ or `, not "/"',
	],
	[
		'bad-image-in-unneeded-stage',
		1,
		'"busy//box" is no valid image name (an example of one: example.com/team/app:1.0)',
	],
	['bad-modifier', 2, 'is followed by "^", which is no modifier of a variable'],
	[
		'bad-mount-csv',
		2,
		"--mount can't be read: the quotes in type=cache,\"target=/a don't match",
	],
	[
		'bad-mount-option',
		2,
		'a mount has no option "targt=/a": did you mean target?',
	],
	[
		'bad-mount-type',
		2,
		"a mount can't have type=floppy: it can be bind, cache, tmpfs, secret, ssh",
	],
	['bad-network', 2, '--network can be default, none or host, not "wifi"'],
	[
		'bad-pattern',
		2,
		String.raw`the pattern "\x" of an expansion escapes "x", but only *, ?, \, / and } can be escaped`,
	],
	[
		'bad-platform',
		1,
		'"nowhere" is neither a known operating system nor a known architecture (an example of a platform: linux/arm64)',
	],
	['bad-port', 2, '"80000" is no port to expose (an example of one: 8080/tcp)'],
	['bad-signal', 2, '"SIGNONSENSE" is no signal (an example of one: SIGTERM)'],
	[
		'blank-image',
		3,
		'is empty once its variables are expanded: give the ARG before the first FROM a default, or use --build-arg',
	],
	[
		'circle',
		4,
		'stages read from each other in a circle, a from b from a: only an earlier stage can be read',
	],
	['comments-only', 1, 'the file holds no instruction: start with FROM'],
	[
		'copy-from-itself-by-number',
		3,
		'stage 1 reads from itself: only an earlier stage can be read',
	],
	[
		'copy-from-itself',
		3,
		'a reads from itself: only an earlier stage can be read',
	],
	[
		'copy-from-later',
		2,
		'a reads from b, a later stage (COPY --from): move that one up',
	],
	[
		'copy-from-url',
		2,
		"COPY can't copy from the URL https://example.com/file: use ADD",
	],
	[
		'copy-without-destination',
		2,
		'COPY needs at least one source, and then a destination',
	],
	['directive-twice', 2, 'the directive "escape" is given twice: keep one'],
	['empty-array', 2, 'RUN has an empty array: name a command'],
	[
		'empty-platform',
		1,
		'--platform=$NOTHING is empty once its variables are expanded: give the ARG before the first FROM a default, or use --build-arg',
	],
	['empty', 1, 'the file holds no instruction: start with FROM'],
	[
		'env-mixed-forms',
		2,
		'ENV has "B" where name=value is expected: quote a value that contains spaces',
	],
	['env-without-value', 2, 'ENV ALONE lacks a value: write ENV ALONE=…'],
	['flag-not-boolean', 2, '--link can only be true or false, not "perhaps"'],
	['flag-twice', 3, '--from is given twice: keep one'],
	['flag-without-value', 2, '--chown lacks a value: write --chown=…'],
	[
		'from-bad-as',
		1,
		'FROM needs an image or a stage, and then at most AS and a name: FROM image AS name',
	],
	[
		'from-trailing-comment',
		1,
		'FROM needs an image or a stage, and then at most AS and a name: FROM image AS name',
	],
	[
		'from-two-words',
		1,
		'FROM needs an image or a stage, and then at most AS and a name: FROM image AS name',
	],
	[
		'from-without-image',
		2,
		'FROM needs an image or a stage, and then at most AS and a name: FROM image AS name',
	],
	[
		'healthcheck-bad-interval',
		2,
		'--interval=5 is no duration (an example of one: --interval=1m30s)',
	],
	['healthcheck-none-with-command', 2, 'nothing can follow HEALTHCHECK NONE'],
	[
		'heredoc-as-destination',
		2,
		'COPY has the heredoc <<EOF as its destination: name a path there',
	],
	[
		'image-id',
		1,
		'"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" is an image ID, and a build can only start from an image name',
	],
	[
		'instruction-before-from',
		2,
		'RUN comes before the first FROM, where only ARG can be',
	],
	[
		'mount-from-itself',
		3,
		'a reads from itself: only an earlier stage can be read',
	],
	[
		'mount-from-later',
		2,
		'a reads from b, a later stage (RUN --mount): move that one up',
	],
	[
		'mount-on-root',
		2,
		'a mount needs a target below /: RUN --mount=…,target=/…',
	],
	[
		'name-no-image-could-have',
		1,
		'"stage-" is no valid stage name: BuildKit takes only a name that an image could have',
	],
	[
		'name-starts-with-digit',
		1,
		'"1st" is no valid stage name: it starts with a letter, and only letters, digits and - _ . may follow',
	],
	[
		'name-with-symbol',
		1,
		'"my/stage" is no valid stage name: it starts with a letter, and only letters, digits and - _ . may follow',
	],
	['negative-stage-number', 3, 'there is no stage -1: the stages are 0 to 1'],
	['no-from', 1, 'there is no FROM, so no stage to build: add one'],
	[
		'onbuild-copy-from-later',
		3,
		'child reads from later, a later stage (COPY --from): move that one up',
	],
	[
		'onbuild-fault-in-child',
		3,
		'an ONBUILD of parent, which runs here, is wrong: there is no instruction NONSENSE',
	],
	['onbuild-from', 2, "ONBUILD can't hold FROM"],
	['onbuild-onbuild', 2, "ONBUILD can't hold ONBUILD"],
	['required-argument', 2, 'A: needed (give it with --build-arg A=…)'],
	[
		'secret-from-stage',
		3,
		"a secret can't be mounted from a stage: leave out from",
	],
	[
		'shell-without-array',
		2,
		'SHELL needs its command as a JSON array: SHELL ["/bin/bash", "-c"]',
	],
	[
		'unclosed-heredoc',
		2,
		'the heredoc <<EOF is never closed: a line with only EOF must end it',
	],
	['unclosed-quote-in-global', 1, 'a double quote (") is never closed'],
	['unclosed-quote', 2, 'a double quote (") is never closed'],
	['unclosed-variable', 2, 'a variable lacks its closing }'],
	['unknown-flag', 2, 'COPY has no flag --form: did you mean --from?'],
	[
		'unknown-instruction',
		4,
		'there is no instruction COPPY: did you mean COPY?',
	],
	['unknown-stage-number', 3, 'there is no stage 2: the stages are 0 to 1'],
	[
		'upper-case-image',
		2,
		'"Builder" is no valid image name: it must be in lower case, and no earlier stage is called so',
	],
	[
		'variable-in-copy-from',
		5,
		"--from=$STAGE can't hold a variable, a quote or an escape: give the image a stage of its own (FROM $STAGE AS name) and copy from that",
	],
	[
		'variable-in-mount-from',
		3,
		"can't hold a variable: give the image a stage of its own (FROM",
	],
];

test('every fixture is in one of the tables', () => {
	expect(filesIn(folder)).toEqual(Object.keys(accepted).toSorted());
	expect(filesIn(new URL('refused/', folder))).toEqual(
		refused.map(([name]) => name).toSorted(),
	);
});

test.each(Object.entries(accepted))('%s', (name, stages) => {
	expect(summarise(read(name))).toEqual(stages);
});

test.each(refused)('%s is refused at line %i', (name, line, reason) => {
	expect(() => {
		findTarget(read(`refused/${name}`), undefined);
	}).toThrow(
		expect.objectContaining({
			name: 'DockerfileError',
			line,
			reason: expect.stringContaining(reason) as string,
		}) as Error,
	);
});
