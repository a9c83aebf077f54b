export { useStore } from '@parley/react';
