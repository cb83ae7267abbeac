"""What an account has beside logs: functions with their versions and aliases, and the trail of who changed them.

`facts` says it, `reading` reads it from a file, `derived` from the data's own logs; `lambda_api` and `trail` answer for
it. What clients make with boto3 is moto's, and `operations` knows which call of Lambda a request is.
"""
