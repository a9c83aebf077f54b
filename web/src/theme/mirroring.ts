import rtl from '@mui/stylis-plugin-rtl';
import { prefixer } from 'stylis';

/** Turns left into right in styles, and does what the library does by itself where nothing is said. */
export const mirroring = [prefixer, rtl];
