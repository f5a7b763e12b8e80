import process from 'node:process';
import React from 'react';
import {render} from 'ink';
import {App} from '../../source/ui/components/app.js';
import {Frames} from '../../source/ui/frames.js';
import type {Theme} from '../../source/ui/present/theme.js';
import type {Session} from './session.js';

/**
@returns The lines that Ink draws of a session at the size of its view, without styles; and what draws the next frame and
what ends it.
*/
export function drawn(session: Session, theme: Theme) {
	const {store, views} = session;
	const {columns, rows} = views.getView().size;
	let last = '';
	const stdout = {
		columns,
		rows,
		write(frame: string) {
			last = frame;
			return true;
		},
		on: () => stdout,
		off: () => stdout,
	};
	const frames = new Frames(store, views);
	const app: React.ReactElement = (
		<App frames={frames} theme={theme} logOf={step => store.log(step)} />
	);
	const ink = render(app, {
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
