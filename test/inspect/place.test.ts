import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {formatPoint, parsePoint} from '../../source/debugger/points/point.js';
import type {Point, Program} from '../../source/engine/port.js';
import {parsePlace, parsePointPath} from '../../source/inspect/place.js';
import {
	asBytePath,
	bytePathFromBytes,
	readableOf,
	rootPath,
} from '../../source/text/byte-path.js';
import {dockerfiles, program, realProgramOf} from '../debugger/programs.js';

const paths = fc
	.array(
		fc
			.uint8Array({minLength: 1, maxLength: 8})
			.map(bytes => bytes.map(byte => (byte === 0x2f ? 0x5c : byte)))
			.map(bytes => bytePathFromBytes(bytes)),
		{maxLength: 4},
	)
	.map(names => asBytePath(names.join('/')));

function pointsOf({stages, steps}: Program): readonly Point[] {
	return [
		...stages.map(({index}) => ({kind: 'stage', stage: index}) as const),
		...steps.flatMap(({id}) => [
			{kind: 'after', step: id} as const,
			{kind: 'before', step: id} as const,
			{kind: 'failed', step: id} as const,
			{kind: 'source', step: id} as const,
		]),
		{kind: 'final'},
		{kind: 'failed'},
		{kind: 'source'},
		{kind: 'context'},
		{kind: 'image', reference: 'localhost:5000/a/b:1.2'},
		{kind: 'image', reference: 'alpine@sha256:0123'},
	];
}

test('every point and path can be typed as they are shown', () => {
	fc.assert(
		fc.property(dockerfiles, paths, fc.nat(), (dockerfile, path, choice) => {
			const loaded = realProgramOf(dockerfile);
			const points = pointsOf(loaded);
			const point = points[choice % points.length]!;
			const text = `${formatPoint(point, loaded)}:/${readableOf(path)}`;
			const parsed = parsePointPath(text);
			expect(parsed.path).toBe(path);
			expect(parsePoint(parsed.point, loaded)).toEqual(point);
			expect(parsePlace(text, loaded)).toEqual({point, path});
		}),
	);
});

test('a path alone is one of the final image, whatever is in it', () => {
	fc.assert(
		fc.property(paths, path => {
			expect(parsePlace(`/${readableOf(path)}`, program)).toEqual({
				point: {kind: 'final'},
				path,
			});
		}),
	);
});

describe('a place', () => {
	test.each([
		['/app', 'final', 'app'],
		['app', 'final', 'app'],
		['/a:/b', 'final', 'a:/b'],
		['a:b', 'final', 'a:b'],
		['final:/app', 'final', 'app'],
		['builder:/out/app/', 'builder', 'out/app'],
		['builder:out/app', 'builder', 'out/app'],
		['builder:2:/out', 'builder:2', 'out'],
		['0:/', 'builder', ''],
		['image:a:1:/b', 'image:a:1', 'b'],
		['context:/a', 'context', 'a'],
	])('%s', (text, point, path) => {
		const place = parsePlace(text, program);
		expect(formatPoint(place.point, program)).toBe(point);
		expect(place.path).toBe(path);
	});

	test('of no point is refused', () => {
		expect(() => parsePlace('nowhere:/x', program)).toThrow(
			"There is no point 'nowhere'",
		);
	});
});

test('a point alone is its root', () => {
	expect(parsePointPath('builder:3')).toEqual({
		point: 'builder:3',
		path: rootPath,
	});
});
