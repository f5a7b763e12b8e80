import {readFile} from 'node:fs/promises';
import {stepLabel} from '../debugger/points/point.js';
import type {DebuggerState} from '../debugger/machine/state.js';
import type {SessionEvent} from '../debugger/session/news.js';
import {DockerfileError, MstageError, UsageError} from '../errors.js';
import {keptBreakpointsText} from '../report/describe-breakpoints.js';
import {plural} from './present/format.js';
import type {ViewAction} from './view-state.js';
import type {ViewStore} from './view-store.js';

/**
@param event - What has just happened in the session.
@param state - As it is since then.
@returns What the screen makes of it.
*/
export function viewActionsFor(
	event: SessionEvent,
	state: DebuggerState,
): readonly ViewAction[] {
	switch (event.type) {
		case 'loaded': {
			const text = keptBreakpointsText(state);
			return text === null
				? []
				: [{type: 'message', message: {kind: 'note', text}}];
		}

		case 'broken':
		case 'failed':
		case 'finished': {
			return [{type: 'ended'}];
		}

		case 'canceled': {
			return [{type: 'message', message: null}];
		}

		case 'reloaded': {
			return [
				{type: 'follow'},
				{type: 'message', message: {kind: 'note', text: reloadedText(state)}},
			];
		}

		case 'reload-failed': {
			return state.program && state.phase.kind !== 'broken'
				? [
						{type: 'show', pane: 'source'},
						{
							type: 'message',
							message: {kind: 'problem', text: notReloadedText(event.error)},
						},
					]
				: [{type: 'ended'}];
		}

		default: {
			return [];
		}
	}
}

/** @returns Whether the session is over before it began: what was asked for can't be, or mstage has a defect. */
export function isHopeless({phase, program}: DebuggerState): boolean {
	return (
		phase.kind === 'broken' &&
		(!(phase.error instanceof MstageError) ||
			(phase.error instanceof UsageError && !program))
	);
}

/** Shows the line that an error is about as the file has it now. One that can't be read isn't shown. */
export async function showFaultyLine(
	{line}: DockerfileError,
	file: string,
	views: ViewStore,
): Promise<void> {
	const source = await readFile(file, 'utf8').catch(() => '');
	const text = line === null ? undefined : source.split(/\r?\n/v)[line - 1];
	views.dispatch({type: 'faulty-line', text: text ?? null});
}

function reloadedText({reload, program}: DebuggerState): string {
	const changed = reload?.changed ?? [];
	const [first] = changed;
	return first === undefined
		? 'Reloaded: nothing has changed.'
		: `Reloaded: ${plural(changed.length, 'step')} changed, the first is ${stepLabel(program!, first)}.`;
}

function notReloadedText(error: Error): string {
	return error instanceof DockerfileError
		? 'The Dockerfile has an error, so what was loaded last goes on: E edits it.'
		: error.message;
}
