import React from 'react';
import {Box} from 'ink';
import type {DebuggerStore} from '../../debugger/store.js';
import {presentBottom} from '../present/bottom.js';
import {presentHeader} from '../present/header.js';
import {layoutFor} from '../present/layout.js';
import type {Scene} from '../present/scene.js';
import type {Theme} from '../present/theme.js';
import type {ViewStore} from '../view-store.js';
import {Body} from './body.js';
import {Rows} from './rows.js';
import {useNow} from './use-now.js';

export type AppProps = {
	readonly store: DebuggerStore;
	readonly views: ViewStore;
	readonly theme: Theme;
};

/** The whole screen. */
export function App({store, views, theme}: AppProps): React.ReactElement {
	const session = React.useSyncExternalStore(store.subscribe, store.getView);
	const view = React.useSyncExternalStore(views.subscribe, views.getView);
	const now = useNow(session.state.phase.kind === 'running');
	const scene: Scene = {
		session,
		view,
		theme,
		now,
		logOf: step => store.log(step),
	};
	const bottom = presentBottom(scene, view.size.columns);
	const layout = layoutFor(view.size, bottom.length);
	return (
		<Box
			flexDirection="column"
			width={layout.columns}
			height={layout.rows}
			overflow="hidden"
		>
			<Rows rows={[presentHeader(scene, layout.columns)]} theme={theme} />
			<Body scene={scene} layout={layout} />
			<Rows rows={bottom} theme={theme} />
		</Box>
	);
}
