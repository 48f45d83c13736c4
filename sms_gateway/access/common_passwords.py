"""Passwords that are guessed first, reduced to small letters and digits without accents.

Only what could fill twelve characters by being repeated, or followed by digits, need stand here.
"""

_WORDS = """
    123456 1234567 12345678 123456789 1234567890 0123456789 0987654321 987654321 111111 000000
    123123 112233 123321 121212 147258369 123456a a123456 123456aa aa123456 123abc abc123
    abcd1234 abcdef abcdefgh abcdefghijkl qwerty qwertyuiop qwertyuiopas qwertyuiopasdf asdfgh
    asdfghjkl asdfghjklzx zxcvbn zxcvbnm qazwsx qazwsxedc qazwsxedcrfv 1q2w3e 1q2w3e4r
    1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc zaq12wsx q1w2e3r4 q1w2e3r4t5y6 password
    passw0rd p4ssword pssw0rd password1 passwort mypassword yourpassword newpassword
    thepassword passwordpassword admin administrator adminadmin root superuser test tester
    testing guest user login welcome letmein changeme default secret topsecret iloveyou
    loveyou princess sunshine monkey dragon football baseball master shadow superman batman
    michael jordan hunter trustno1 whatever computer internet google facebook samsung iphone
    correcthorsebatterystaple correcthorse thequickbrownfox tothemoon matkhau matkhaucuatoi
    matkhaumoi matkhaumacdinh khongcomatkhau khongbiet quenmatkhau anhyeuem emyeuanh toiyeuem
    toiyeuban iloveanh yeuem yeuanh yeuemnhieulam anhyeuemnhieulam anhnhoem emnhoanh nhoem
    nhoanh vochong voyeu chongyeu giadinh giadinhtoi giadinhlasomot bome conyeu mevacon
    hanhphuc tinhyeu tinhyeuvinhcuu maimaiyeuem vietnam vietnamvodich toiyeuvietnam yeuvietnam
    hanoi saigon danang hochiminh hochiminhcity hanoivietnam thanhpho thanhphohochiminh hue
    cantho haiphong nghean thanhhoa laocai quangninh ubnd ubndtinh ubndhuyen ubndxa vanphong
    motcua bophanmotcua tiepnhan hoso tracuuhoso smsgateway gateway vnpt viettel mobifone
    vinaphone nguyen nguyenvan nguyenvana tranvan levan phamvan hoangvan nguyenthi tranthi
    lethi khongthequen chucmungnammoi namquocsonha sontinhthuytinh langbiang songlahoc
    hoctothoctot hocsinh sinhvien giaovien bacsi congan quandoi bodoi dangcongsan bacho
    bacho1890 1951890 291945 3041975 30041975 deptrai xinhgai dethuong khongnoi khongten
    khongcogi hoilamgi bimat bimatquocgia toladay toilaai
"""

COMMON = frozenset(_WORDS.split())
"""All of them."""
