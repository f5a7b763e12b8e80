import {Buffer} from 'node:buffer';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	type BuildMessage,
	BuildMessages,
} from '../../../../source/engine/legacy/run/build-messages.js';
import {JsonLines} from '../../../../source/engine/legacy/client/json-lines.js';

/** What engines 26.1.5 (with `--->` before `Removed`) and 20.10.24 (without) send for the same Dockerfile. */
const removals = [' ---> Removed', 'Removing'];

const answer = (removal: string): string =>
	[
		{stream: 'Step 1/3 : FROM busybox'},
		{stream: '\n'},
		{stream: ' ---> 67c7635e2b80\n'},
		{stream: 'Step 2/3 : COPY é /'},
		{stream: '\n'},
		{stream: ' ---> Using cache\n'},
		{stream: ' ---> 77bafc1c520c\n'},
		{stream: 'Step 3/3 : RUN echo'},
		{stream: '\n'},
		{stream: ' ---> Running in 07b9900c303f\n'},
		{stream: ' ---> 0123456789ab\n'},
		{stream: 'Step 9/9 : RUN rm\n'},
		{stream: '\u001B[91moops\n\u001B[0m'},
		{stream: `${removal} intermediate container 07b9900c303f\n`},
		{stream: ' ---> cb6649670799\n'},
		{aux: {ID: 'sha256:cb66'}},
		{stream: 'Successfully built cb6649670799\n'},
	]
		.map(message => `${JSON.stringify(message)}\r\n`)
		.join('');

function read(chunks: readonly Uint8Array[]): readonly BuildMessage[] {
	const lines = new JsonLines();
	const messages = new BuildMessages();
	return chunks
		.flatMap(chunk => lines.push(chunk))
		.map(raw => messages.read(raw))
		.filter(message => message !== null);
}

describe('the messages of the legacy builder', () => {
	test('tell what it warns of, and not what an instruction prints', () => {
		const messages = new BuildMessages();
		const read = (stream: string): BuildMessage | null =>
			messages.read({stream});
		expect(
			read('[Warning] One or more build-args [A B] were not consumed\n'),
		).toEqual({
			type: 'warning',
			text: 'One or more build-args [A B] were not consumed',
		});
		expect(read(' ---> [Warning] The platform differs\n')).toEqual({
			type: 'warning',
			text: 'The platform differs',
		});
		read(' ---> Running in 07b9900c303f\n');
		expect(read('[Warning] mine\n')).toEqual({
			type: 'output',
			text: '[Warning] mine\n',
		});
	});

	test.each(removals)(
		'are told apart from what an instruction prints, however the stream is cut (%s)',
		removal => {
			const bytes = Buffer.from(answer(removal));
			fc.assert(
				fc.property(
					fc.array(fc.integer({min: 0, max: bytes.length}), {maxLength: 20}),
					cuts => {
						const ends = [...cuts.toSorted((a, b) => a - b), bytes.length];
						const chunks = ends.map((end, index) =>
							bytes.subarray(ends[index - 1] ?? 0, end),
						);
						expect(read(chunks)).toEqual([
							{type: 'step', number: 1},
							{type: 'image', id: '67c7635e2b80'},
							{type: 'step', number: 2},
							{type: 'cached'},
							{type: 'image', id: '77bafc1c520c'},
							{type: 'step', number: 3},
							{type: 'container', id: '07b9900c303f'},
							{type: 'output', text: ' ---> 0123456789ab\n'},
							{type: 'output', text: 'Step 9/9 : RUN rm\n'},
							{type: 'output', text: 'oops\n'},
							{type: 'removed'},
							{type: 'image', id: 'cb6649670799'},
							{type: 'result', id: 'sha256:cb66'},
						]);
					},
				),
			);
		},
	);

	test('say why the build failed, and with which exit code', () => {
		const detail = {code: 3, message: 'returned a non-zero code: 3'};
		expect(new BuildMessages().read({errorDetail: detail, error: 'x'})).toEqual(
			{type: 'error', ...detail},
		);
		expect(new BuildMessages().read({error: 'COPY failed'})).toEqual({
			type: 'error',
			message: 'COPY failed',
			code: null,
		});
	});
});
