/** Of file capabilities (capabilities(7)). */
export const capabilityAttribute = 'security.capability';

/** By number (linux/capability.h). */
const names = [
	'chown',
	'dac_override',
	'dac_read_search',
	'fowner',
	'fsetid',
	'kill',
	'setgid',
	'setuid',
	'setpcap',
	'linux_immutable',
	'net_bind_service',
	'net_broadcast',
	'net_admin',
	'net_raw',
	'ipc_lock',
	'ipc_owner',
	'sys_module',
	'sys_rawio',
	'sys_chroot',
	'sys_ptrace',
	'sys_pacct',
	'sys_admin',
	'sys_boot',
	'sys_nice',
	'sys_resource',
	'sys_time',
	'sys_tty_config',
	'mknod',
	'lease',
	'audit_write',
	'audit_control',
	'setfcap',
	'mac_override',
	'mac_admin',
	'syslog',
	'wake_alarm',
	'block_suspend',
	'audit_read',
	'perfmon',
	'bpf',
	'checkpoint_restore',
] as const;

/**
@param xattrs - The extended attributes of a file.
@returns Its capabilities as getcap(8) prints them, `cap_net_raw+ep`; `null` when it has none, or none that can be read
(`struct vfs_cap_data`, linux/capability.h).
*/
export function capabilitiesText(
	xattrs: ReadonlyMap<string, Uint8Array>,
): string | null {
	const value = xattrs.get(capabilityAttribute);
	if (!value || value.length < 12 || value.length % 4 !== 0) {
		return null;
	}

	const view = new DataView(value.buffer, value.byteOffset, value.length);
	const head = view.getUint32(0, true);
	/* eslint-disable no-bitwise -- bits */
	const isEffective = (head & 1) !== 0;
	// Version 1 has one word of each set, the later ones have two.
	const words = head >>> 24 === 1 ? 1 : 2;
	const hasBit = (offset: number, bit: number): boolean => {
		const at = 4 + 8 * Math.floor(bit / 32) + offset;
		return (
			bit < 32 * words &&
			at + 4 <= value.length &&
			((view.getUint32(at, true) >>> (bit % 32)) & 1) !== 0
		);
	};
	/* eslint-enable no-bitwise */

	const groups = new Map<string, string[]>();
	for (let bit = 0; bit < 64; bit++) {
		const flags = [
			hasBit(0, bit) && isEffective ? 'e' : '',
			hasBit(4, bit) ? 'i' : '',
			hasBit(0, bit) ? 'p' : '',
		].join('');
		if (flags !== '') {
			const group = groups.get(flags) ?? [];
			groups.set(flags, group);
			group.push(`cap_${names[bit] ?? bit}`);
		}
	}

	return [...groups]
		.map(([flags, group]) => `${group.join(',')}+${flags}`)
		.join(' ');
}
