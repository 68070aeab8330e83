import first from './first';
import further from './further';

export default { ...first, ...further };
