import process from 'node:process';
import React from 'react';
import {render} from 'ink';
import {parts} from '../../source/ui/components/parts.js';
import {Frames} from '../../source/ui/frames.js';
import type {Theme} from '../../source/ui/present/theme.js';
import type {Session} from './session.js';

/** @returns The lines that Ink draws of a session at the size of its view, with their styles. */
export function drawn(session: Session, theme: Theme): readonly string[] {
	const {store, views} = session;
	const frames = new Frames(store, views);
	const {size} = views.getView();
	const lines = parts.flatMap(Part =>
		drawnPart(
			<Part source={{frames, theme, logOf: step => store.log(step)}} />,
			size,
		),
	);
	return lines.slice(0, size.rows);
}

function drawnPart(
	part: React.ReactElement,
	size: {readonly columns: number; readonly rows: number},
): readonly string[] {
	let last = '';
	const stdout = {
		...size,
		write(frame: string) {
			last = frame;
			return true;
		},
		on: () => stdout,
		off: () => stdout,
	};
	const ink = render(part, {
		stdout: stdout as unknown as NodeJS.WriteStream,
		stdin: process.stdin,
		debug: true,
		exitOnCtrlC: false,
		patchConsole: false,
	});
	const lines = last.split('\n');
	ink.unmount();
	return lines;
}
