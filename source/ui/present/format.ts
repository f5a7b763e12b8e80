export {
	formatBytes,
	formatCount,
	formatSeconds,
	plural,
} from '../../text/format.js';
