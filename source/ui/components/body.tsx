import React from 'react';
import {Box} from 'ink';
import {presentBody} from '../present/body.js';
import type {Layout} from '../present/layout.js';
import type {Scene} from '../present/scene.js';
import {Block} from './block.js';

export type BodyProps = {
	readonly scene: Scene;
	readonly layout: Layout;
};

/** What is between the first and the last line: the stage tree and a pane side by side, or one page. */
export function Body({scene, layout}: BodyProps): React.ReactElement {
	return (
		<Box flexShrink={0}>
			{presentBody(scene, layout).map(column => (
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
