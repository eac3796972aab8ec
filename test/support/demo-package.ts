/** Build backend of a Python package `demo`, in its own source: pip needs neither a network nor setuptools. */
export const BACKEND = `
import zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = 'demo-1.0-py3-none-any.whl'
    with zipfile.ZipFile(directory + '/' + name, 'w') as wheel:
        wheel.writestr('demo/__init__.py', 'VALUE = "installed"\\n')
        wheel.writestr('demo/run.py', 'import os, sys\\nprint("package", os.path.dirname(__file__) == os.environ.get("PIP_TARGET", "") + "/demo", sys.argv[1:])\\n')
        wheel.writestr('demo-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n')
        wheel.writestr('demo-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
        wheel.writestr('demo-1.0.dist-info/RECORD', '')
    return name
`;
/** The package's `pyproject.toml`. */
export const PYPROJECT =
  '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "demo"\nversion = "1.0"\n';
