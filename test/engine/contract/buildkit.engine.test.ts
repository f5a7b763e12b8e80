import {contract} from './contract.js';

contract('buildkit');
