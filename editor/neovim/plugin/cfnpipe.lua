require('cfnpipe').setup()
