import {create} from '@bufbuild/protobuf';
import {expect, test} from 'vitest';
import {readStageGraph} from '../../../../source/dockerfile/stage-graph.js';
import {asTheFrontend} from '../../../../source/engine/buildkit/program/loading.js';
import {DefinitionSchema} from '../../../../source/engine/buildkit/proto/generated/ops_pb.js';

const read = (source: string) =>
	readStageGraph(source, {filename: 'Dockerfile'});

function definitionOf(text: string | null) {
	return create(DefinitionSchema, {
		Source: {
			infos: text === null ? [] : [{data: new TextEncoder().encode(text)}],
		},
	});
}

const before = '\uFEFFFROM busybox\nRUN a\n';
const after = 'FROM busybox\nENV A=1\nRUN a\n';

test('a Dockerfile that was saved between our reading and the frontend’s is read again', () => {
	const graph = read(before);
	const again = asTheFrontend({graph, read}, definitionOf(after));
	expect(again.source).toBe(after);
	expect(again.stages[0]!.instructions.map(({keyword}) => keyword)).toEqual([
		'FROM',
		'ENV',
		'RUN',
	]);
});

test.each([
	['the same', before],
	['not handed back', null],
])('one that is %s is not', (_, text) => {
	const graph = read(before);
	expect(asTheFrontend({graph, read}, definitionOf(text))).toBe(graph);
});
