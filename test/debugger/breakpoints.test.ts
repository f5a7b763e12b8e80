import {describe, expect, test} from 'vitest';
import {breakpointPositions} from '../../source/debugger/machine/breakpoints/breakpoints.js';
import {UsageError} from '../../source/errors.js';
import {Session, program} from './programs.js';

/** Returns the texts of the steps that the breakpoints stand before. */
function resolve(...texts: readonly string[]): readonly string[] {
	const {breakpoints, positions} = new Session({breakpoints: texts}).state;
	return [...breakpointPositions(breakpoints)]
		.toSorted((a, b) => a - b)
		.map(index => program.steps[positions[index]!.step!]!.text);
}

describe('a breakpoint', () => {
	test.each([
		['3', 'RUN make'],
		['8', 'FROM scratch AS final'],
		['12', 'COPY --from=builder /src   /bin'],
		['builder', 'FROM busybox AS builder'],
		['BUILDER', 'FROM busybox AS builder'],
		['builder:3', 'COPY . /src'],
		['0:3', 'COPY . /src'],
		['2:0', 'FROM scratch AS final'],
		['final:2', 'CMD ["/bin/app"]'],
	])('at %s stands before %s', (text, step) => {
		expect(resolve(text)).toEqual([step]);
	});

	test('is one, however often and in which order it is named', () => {
		expect(resolve('final', '4', 'builder:3', '3')).toEqual([
			'RUN make',
			'COPY . /src',
			'FROM scratch AS final',
		]);
		expect(resolve()).toEqual([]);
	});

	test.each([
		'nothing',
		'builder:4',
		'9:0',
		'builder:',
		'builder:x',
		':3',
		'',
		'-1',
		'builder:1:2',
		'\u001B[31m',
	])('at %j is refused', text => {
		expect(() => resolve(text)).toThrow(
			new UsageError(
				`There is no place '${text}' to break at: give a line of the Dockerfile (14), a stage (builder), an instruction of a stage (builder:3), a kind of instruction (RUN) or miss.`,
			),
		);
	});

	test.each(['tests', 'tests:1', '1:1'])(
		'at %s, in a stage that isn’t built, is refused with the reason',
		text => {
			expect(() => resolve(text)).toThrow(
				new UsageError(
					`The breakpoint '${text}' can never be hit: the target doesn't need that stage, so it isn't built. Name another with --target.`,
				),
			);
		},
	);
});
