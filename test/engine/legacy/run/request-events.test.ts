import {expect, test} from 'vitest';
import type {BuildMessage} from '../../../../source/engine/legacy/run/build-messages.js';
import {RequestEvents} from '../../../../source/engine/legacy/run/request-events.js';

const keywords = ['FROM', 'COPY', 'RUN', 'COPY', 'ENV', 'RUN'];

function eventsOf(done: readonly number[] = []): RequestEvents {
	return new RequestEvents([0, 5], {
		keywordOf: step => keywords[step]!,
		isDone: step => done.includes(step),
		triggersOf: step => (step === 0 ? [1, 2, 3, 4] : []),
	});
}

function read(
	events: RequestEvents,
	messages: readonly BuildMessage[],
): readonly string[] {
	return messages
		.flatMap(message => events.read(message))
		.map(event => `${event.type} ${'step' in event ? event.step : ''}`);
}

const from: BuildMessage = {type: 'step', number: 1};
const removed: BuildMessage = {type: 'removed'};
const cached: BuildMessage = {type: 'cached'};
const container: BuildMessage = {type: 'container', id: 'c'};

test('the triggers of a FROM are told apart, though the builder says nothing of a COPY', () => {
	const events = eventsOf();
	expect(
		read(events, [
			from,
			container,
			{type: 'output', text: 'hello'},
			removed,
			container,
			removed,
			{type: 'image', id: 'last'},
			{type: 'step', number: 2},
			cached,
			{type: 'image', id: 'next'},
		]),
	).toEqual([
		'done 1',
		'started 2',
		'log 2',
		'done 2',
		'done 3',
		'started 4',
		'done 4',
		'cached 5',
	]);
	expect([...events.images]).toEqual([
		[4, 'last'],
		[5, 'next'],
	]);
});

test('what is cached of the triggers stands in front', () => {
	expect(
		read(eventsOf([1]), [
			from,
			cached,
			cached,
			container,
			removed,
			{type: 'image', id: 'last'},
		]),
	).toEqual(['cached 2', 'done 3', 'started 4', 'done 4']);
});

test('a trigger that fails is the one whose container is open, or the next without one', () => {
	const error: BuildMessage = {type: 'error', message: 'x', code: 1};
	const ofRun = eventsOf();
	read(ofRun, [from, cached, container, error]);
	expect(ofRun.step).toBe(2);

	const ofCopy = eventsOf();
	read(ofCopy, [from, cached, container, removed, error]);
	expect(ofCopy.step).toBe(3);

	const ofFirst = eventsOf();
	read(ofFirst, [from, error]);
	expect(ofFirst.step).toBe(1);
});

test('a name that a stage has already is told of its FROM', () => {
	const events = new RequestEvents([0, 1, 2, 3], {
		keywordOf: step => ['FROM', 'RUN', 'FROM', 'RUN'][step]!,
		isDone: () => false,
		triggersOf: () => [],
	});
	read(events, [
		from,
		{type: 'image', id: 'a'},
		{type: 'step', number: 2},
		cached,
		{type: 'image', id: 'b'},
		{type: 'result', id: 'b'},
		{type: 'error', message: 'same stage name already used', code: null},
	]);
	expect(events.step).toBe(2);
});
