import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {watchReports} from '../../../../source/engine/buildkit/run/unreported.js';
import type {
	BuildWarning,
	EngineDescription,
} from '../../../../source/engine/port.js';

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

const engine: EngineDescription = {
	name: 'docker',
	version: '20.10.24',
	builder: 'BuildKit',
	address: 'unix:///x',
	platform: 'linux/amd64',
};

function watch(
	idleSince: () => number | null,
	version = engine.version,
): {readonly told: readonly BuildWarning[]; readonly end: () => void} {
	const told: BuildWarning[] = [];
	const end = watchReports(
		{
			get idleSince() {
				return idleSince();
			},
		},
		{...engine, version},
		warning => {
			told.push(warning);
		},
	);
	return {told, end};
}

test('an engine that passes nothing on of other builds is told to do so when nothing comes, once', () => {
	const since = performance.now() - 60_000;
	const {told} = watch(() => since);
	vi.advanceTimersByTime(1900);
	expect(told).toEqual([]);
	vi.advanceTimersByTime(60_000);
	expect(told.map(({message}) => message)).toEqual([
		'docker 20.10.24 has told nothing for 2 s: it passes nothing on of a step that another build runs.',
	]);
});

test('nothing is told while something runs, or is reported, or at an engine that tells, or after the end', () => {
	const {told: running} = watch(() => null);
	const {told: reported} = watch(() => performance.now() - 100);
	const {told: newer} = watch(() => 0, '26.1.5');
	const {told: ended, end} = watch(() => 0);
	end();
	vi.advanceTimersByTime(60_000);
	expect([running, reported, newer, ended]).toEqual([[], [], [], []]);
});
