import React from 'react';
import {Box} from 'ink';
import type {StepLog} from '../../debugger/log.js';
import type {Frames} from '../frames.js';
import {presentBottom} from '../present/bottom.js';
import {presentHeader} from '../present/header.js';
import {layoutFor} from '../present/layout.js';
import type {Scene} from '../present/scene.js';
import type {Theme} from '../present/theme.js';
import {Body} from './body.js';
import {Rows} from './rows.js';

export type AppProps = {
	readonly frames: Frames;
	readonly theme: Theme;
	readonly logOf: (step: number) => StepLog;
};

/** The whole screen. */
export function App({frames, theme, logOf}: AppProps): React.ReactElement {
	const frame = React.useSyncExternalStore(frames.subscribe, frames.getFrame);
	const scene: Scene = {...frame, theme, logOf};
	const {size} = frame.view;
	const bottom = presentBottom(scene, size.columns);
	const layout = layoutFor(size, bottom.length);
	return (
		<Box flexDirection="column" width={layout.columns} height={layout.rows}>
			<Rows rows={[presentHeader(scene, layout.columns)]} theme={theme} />
			<Body scene={scene} layout={layout} />
			<Rows rows={bottom} theme={theme} />
		</Box>
	);
}
