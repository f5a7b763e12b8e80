import React from 'react';
import {Box} from 'ink';
import type {StepLog} from '../../debugger/session/log.js';
import type {Frames} from '../frames.js';
import {presentBody} from '../present/body.js';
import {presentBottom} from '../present/bottom.js';
import {presentHeader} from '../present/header.js';
import {layoutFor} from '../present/layout.js';
import type {Scene} from '../present/scene.js';
import type {Theme} from '../present/theme.js';
import {Block} from './block.js';
import {Rows} from './rows.js';

/** Where a part gets what it draws. */
export type SceneSource = {
	readonly frames: Frames;
	readonly theme: Theme;
	readonly logOf: (step: number) => StepLog;
};

export type PartProps = {
	readonly source: SceneSource;
};

/**
The parts of the screen from its top to its bottom; together they fill it. Each is drawn by itself, so that a spinner in
the header doesn't cost drawing everything else.
*/
export const parts = [Header, Body, Bottom] as const;

function Header({source}: PartProps): React.ReactElement {
	const scene = useScene(source);
	return (
		<Rows
			rows={[presentHeader(scene, scene.view.size.columns)]}
			theme={scene.theme}
		/>
	);
}

/** The stage tree and a pane side by side, or one page. */
function Body({source}: PartProps): React.ReactElement {
	const scene = useScene(source);
	const {size} = scene.view;
	const bottomRows = presentBottom(scene, size.columns).length;
	return (
		<Box>
			{presentBody(scene, layoutFor(size, bottomRows)).map(column => (
				<Block
					key={column.name}
					rows={column.rows}
					width={column.width}
					theme={scene.theme}
				/>
			))}
		</Box>
	);
}

/** What was said to the user, what is being typed, or the keys. */
function Bottom({source}: PartProps): React.ReactElement {
	const scene = useScene(source);
	return (
		<Rows
			rows={presentBottom(scene, scene.view.size.columns)}
			theme={scene.theme}
		/>
	);
}

function useScene({frames, theme, logOf}: SceneSource): Scene {
	const frame = React.useSyncExternalStore(frames.subscribe, frames.getFrame);
	return {...frame, theme, logOf};
}
