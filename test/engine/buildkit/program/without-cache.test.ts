import {expect, test} from 'vitest';
import {readDefinition} from '../../../../source/engine/buildkit/program/definition.js';
import {withoutCache} from '../../../../source/engine/buildkit/program/without-cache.js';
import {smallBuild} from '../definitions.js';

const {definition, digests} = smallBuild();

/** The operations after some were asked for anew, in the order of the build. */
function again(...wanted: readonly string[]) {
	const changed = withoutCache(definition, new Set(wanted));
	const read = readDefinition(changed);
	const [image, context, copy, run] = [...read.vertices.values()];
	return {
		changed,
		head: read.head,
		image: image!,
		context: context!,
		copy: copy!,
		run: run!,
	};
}

test('a RUN that is to run again has another digest, and nothing before it has', () => {
	const {changed, head, copy, run} = again(digests.run);
	expect(copy.digest).toBe(digests.copy);
	expect(run.digest).not.toBe(digests.run);
	expect(head).toEqual({digest: run.digest, index: 0});
	expect(changed.metadata[run.digest]).toMatchObject({
		ignoreCache: true,
		description: {'llb.customname': '[builder 3/3] RUN make'},
	});
	expect(run.op.op).toMatchObject({
		value: {meta: {env: ['PATH=/bin', 'FLAGS=-a=b', 'PATH=/bin']}},
	});
});

test('what is built on a COPY that is to run again is another, too, but does not ignore the cache', () => {
	const {changed, image, context, copy, run} = again(digests.copy);
	expect(image.digest).toBe(digests.image);
	expect(copy.inputs.map(({digest}) => digest)).toEqual([
		image.digest,
		context.digest,
	]);
	expect(run.inputs).toEqual([{digest: copy.digest, index: 0}]);
	expect(run.digest).not.toBe(digests.run);
	expect(changed.metadata[run.digest]?.ignoreCache).toBe(false);
	// The same copy once more, on the result of the first, and only the second is the result.
	expect(copy.op.op).toMatchObject({
		value: {
			actions: [
				{input: 0n, secondaryInput: 1n, output: -1n},
				{input: 2n, secondaryInput: 1n, output: 0n},
			],
		},
	});
});

test('a source is another each time', () => {
	const first = again(digests.context);
	const second = readDefinition(
		withoutCache(first.changed, new Set([first.context.digest])),
	);
	expect([...second.vertices.values()][1]!.op.op).toMatchObject({
		value: {attrs: {'mstage.attempt': '2'}},
	});
});

test('without any the build stays what it is', () => {
	expect(again().changed).toEqual(definition);
});
