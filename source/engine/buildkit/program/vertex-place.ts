import type {Step} from '../../port.js';
import type {Vertex} from './definition.js';

/** @returns Whether the vertex fetches an image. */
export function isImage({op: {op}}: Vertex): boolean {
	return (
		op.case === 'source' && op.value.identifier.startsWith('docker-image://')
	);
}

/** @returns What the frontend shows of a vertex behind its place in brackets: the instruction, with its variables expanded. */
export function instructionOf({name}: Vertex): string {
	return name.replace(/^\[[^\]]*\]\s*/v, '').replace(/^ONBUILD /v, '');
}

/** @returns Whether the vertex has a place in the lines of the step. */
export function isWithin({lines}: Vertex, step: Step): boolean {
	return lines.some(
		([first, last]) => first <= step.lines[1] && step.lines[0] <= last,
	);
}
