import React from 'react';
import {Box} from 'ink';
import {presentBody} from '../present/body.js';
import type {Layout} from '../present/layout.js';
import type {Scene} from '../present/scene.js';
import {Rows} from './rows.js';

export type BodyProps = {
	readonly scene: Scene;
	readonly layout: Layout;
};

/** What is between the first and the last line: the stage tree and a pane side by side, or one page. */
export function Body({scene, layout}: BodyProps): React.ReactElement {
	return (
		<Box>
			{presentBody(scene, layout).map(column => (
				<Box key={column.name} flexShrink={0} width={column.width}>
					<Rows rows={column.rows} theme={scene.theme} />
				</Box>
			))}
		</Box>
	);
}
